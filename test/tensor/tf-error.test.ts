import { Code, invalidArgument } from '../../src/errors';
import { fromTfError } from '../../src/tensor';

describe('fromTfError()', () => {
  it.each([
    'OOM when allocating tensor with shape[1024,1024]',
    'RESOURCE_EXHAUSTED: failed to allocate',
  ])('should know that memory ran out: %s', (message) => {
    const error = fromTfError(new Error(message), 'training');
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.rawMessage).toBe(`training: ${message}`);
  });

  it('should leave an error of ours alone', () => {
    const ours = invalidArgument('field: 3; it must be 4');
    expect(fromTfError(ours, 'loading')).toBe(ours);
  });

  it('should take what is not an Error of this realm', () => {
    expect(fromTfError({ message: 'from elsewhere' }, 'loading').rawMessage).toBe(
      'loading: from elsewhere',
    );
  });
});
