import { describeTask } from '../../src/program';
import { loadFixture } from '../support/fixtures';

describe('describeTask()', () => {
  it('should give family, inputs and result', () => {
    expect(describeTask(loadFixture('conv2d-cpu').task)).toBe(
      'conv2d (1x32x28x28, 64x32x3x3, 1x64x1x1) -> 1x64x28x28',
    );
  });

  it('should give types that are not float32', () => {
    expect(describeTask(loadFixture('matmul-int8-cuda').task)).toBe(
      'dense (64x128:int8, 64x128:int8) -> 64x64:int32',
    );
  });
});
