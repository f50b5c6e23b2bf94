import { Code } from '../../src/errors';
import {
  createFeatureBatchBuffer,
  createFeatureExtractor,
  extractFeatures,
  loopNestSchema,
  programFeatures,
} from '../../src/features';
import { loadFixture } from '../support/fixtures';

const failure = {
  ok: false,
  failure: 'unreadable',
  code: Code.InvalidArgument,
  reason: 'line 1',
} as const;

describe('createFeatureBatchBuffer()', () => {
  it('keeps rows, counts and failures of many programs apart', () => {
    const batch = createFeatureBatchBuffer(2);
    batch.begin(3);
    const first = batch.addProgram(2, 0.5);
    batch.leaves.set([1, 2, 3, 4], first * 2);
    batch.fail(failure);
    // More rows than there is room for: those that are written stay.
    const second = batch.addProgram(100, 0.25);
    batch.leaves[second * 2] = 5;
    expect(Array.from(batch.firstLeaf)).toEqual([0, 2, 2, 102]);
    expect(Array.from(batch.leaves.subarray(0, 5))).toEqual([1, 2, 3, 4, 5]);
    expect(Array.from(batch.estimateSeconds)).toEqual([0.5, 0, 0.25]);
    expect(programFeatures(batch, 1)).toBe(failure);
    expect(programFeatures(batch, 0)).toMatchObject({
      ok: true,
      features: { leafCount: 2, leaves: Float32Array.of(1, 2, 3, 4) },
    });
  });

  it('forgets the batch before', () => {
    const batch = createFeatureBatchBuffer(1);
    batch.begin(2);
    batch.fail(failure);
    batch.addProgram(3, 1);
    batch.begin(1);
    expect(batch.addProgram(1, 2)).toBe(0);
    expect([batch.programCount, batch.failures.size, batch.firstLeaf[1]]).toEqual([1, 0, 1]);
  });
});

describe('createFeatureExtractor()', () => {
  const { task, programs } = loadFixture('conv2d-cpu');

  it('gives a program the same features in a batch as alone, and fails one alone', () => {
    const extractor = createFeatureExtractor(task);
    const alone = programs.map((program) => extractFeatures(extractor, program));
    const broken = { loopNest: 'nonsense', transformSteps: '[]' };
    const batch = extractor.extractBatch([...programs, broken, ...programs]);
    programs.forEach((_, i) => {
      expect(programFeatures(batch, i)).toEqual(alone[i]);
      expect(programFeatures(batch, programs.length + 1 + i)).toEqual(alone[i]);
    });
    expect([...batch.failures.keys()]).toEqual([programs.length]);
    expect(batch.leaves.length % loopNestSchema.leaf.length).toBe(0);
  });
});
