import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NamedTask, readTaskBundle } from '../../src/curation';
import { Code } from '../../src/errors';
import { encodeTaskBytes } from '../../src/wire';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { bundleLine } from '../support/task-bundle-line';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('readTaskBundle()', () => {
  const folder = useTemporaryFolder();

  async function read(content: string): Promise<NamedTask[]> {
    const path = join(folder.path, 'some.tasks');
    await writeFile(path, content);
    const tasks: NamedTask[] = [];
    for await (const task of readTaskBundle(path)) tasks.push(task);
    return tasks;
  }

  it('should give the tasks with their names', async () => {
    const [small, large] = [domainTask(8), domainTask(16)];
    expect(await read(`${bundleLine('a/relu', small)}\n\n${bundleLine('b/relu', large)}`)).toEqual([
      { name: 'a/relu', task: small },
      { name: 'b/relu', task: large },
    ]);
  });

  it.each([
    ['half a line', bundleLine('a', domainTask()).slice(0, 30), /not JSON|JSON/],
    ['no name', '{"task": "AAAA"}', /name is no text$/],
    ['no base64', '{"name": "a", "task": "*"}', /task is no base64$/],
    ['no object', '7', /no JSON object$/],
    [
      'half a task',
      JSON.stringify({
        name: 'a',
        task: Buffer.from(encodeTaskBytes(domainTask()).subarray(0, 40)).toString('base64'),
      }),
      /task is no cdmpp\.v1\.Task/,
    ],
  ])('should name file and line of %s', async (_what, line, reason) => {
    const content = `${bundleLine('a/relu', domainTask())}\n${line}\n`;
    await expectError(() => read(content), Code.InvalidArgument, /some\.tasks:2: /);
    await expectError(() => read(content), Code.InvalidArgument, reason);
  });

  it('should refuse a file that is not there', () =>
    expectError(
      () => readTaskBundle(join(folder.path, 'none.tasks')).next(),
      Code.InvalidArgument,
      /none\.tasks: ENOENT/,
    ));
});
