import { Code } from '../../src/errors';
import { decodeTaskBytes, encodeTaskBytes } from '../../src/wire';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';

describe('task bytes', () => {
  it('should give a task back equal, infinite numbers included', () => {
    const task = domainTask();
    expect(decodeTaskBytes('task', encodeTaskBytes(task))).toEqual(task);
  });

  it.each([
    ['bytes that are no message', Buffer.from([0xff, 0xff, 0xff])],
    ['an empty message', Buffer.alloc(0)],
  ])('should refuse %s', (_what, bytes) =>
    expectError(() => decodeTaskBytes('row 3', bytes), Code.InvalidArgument, /^row 3 is no cdmpp/),
  );
});
