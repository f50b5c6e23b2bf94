import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import {
  allocateBatch,
  BATCH_ROWS,
  leafBucketOf,
  packBatch,
  planBatches,
  programsPerBatch,
} from '../../src/model';
import { expectError } from '../support/expect-error';
import { sampleProgram, smallConfig } from './sample-model';

describe('leafBucketOf()', () => {
  it.each([
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 8],
    [64, 64],
    [65, 128],
    [5000, 8192],
  ])('should put %i leaves into %i', (leafCount, bucket) => {
    expect(leafBucketOf(leafCount)).toBe(bucket);
  });
});

describe('planBatches()', () => {
  it('should visit each program once, with others of its bucket, in batches of that size at most', () => {
    const rng = createRng(1);
    const counts = Array.from({ length: 1500 }, () => 1 + rng.nextInt(rng.next() < 0.9 ? 6 : 300));
    const plan = planBatches(counts);
    const visited = plan.flatMap(({ indices }) => indices);
    expect([...visited].sort((a, b) => a - b)).toEqual([...counts.keys()]);
    for (const { leafBucket, indices } of plan) {
      expect(indices.length).toBeLessThanOrEqual(programsPerBatch(leafBucket));
      for (const i of indices) expect(leafBucketOf(counts[i] as number)).toBe(leafBucket);
    }
  });

  it('should give every bucket one program count, whole vector registers where there are rows', () => {
    for (const bucket of [4, 8, 16, 32, 64, 128, 256, 512, 1024]) {
      expect(programsPerBatch(bucket) * bucket).toBe(BATCH_ROWS);
    }
    for (const bucket of [2, 3]) expect(programsPerBatch(bucket)).toBe(512);
    expect(BATCH_ROWS % 64).toBe(0);
    expect(programsPerBatch(4096)).toBe(1);
  });
});

describe('packBatch()', () => {
  it('should write programs one after the other and leave nothing of what was there', () => {
    const rng = createRng(2);
    const { leafWidth: f, deviceWidth: d } = smallConfig;
    const batch = allocateBatch(smallConfig, 3, 4);
    const { leaves, positions, depths, mask, devices: vectors, deviceRows } = batch;
    for (const array of [leaves, positions, depths, mask, vectors, deviceRows]) array.fill(9);
    const [a, b] = [sampleProgram(rng, f, 3), sampleProgram(rng, f, 4)];
    const devices = [1, 2].map((v) => ({ vector: new Float32Array(d).fill(v), row: v }));
    packBatch(batch, [a, b], devices);
    expect(Array.from(batch.mask)).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(Array.from(batch.leaves)).toEqual([
      ...a.leaves,
      ...new Array(f).fill(0),
      ...b.leaves,
      ...new Array(4 * f).fill(0),
    ]);
    expect(Array.from(batch.positions)).toEqual([...a.positions, 0, ...b.positions, 0, 0, 0, 0]);
    expect(Array.from(batch.depths)).toEqual([...a.depths, 0, ...b.depths, 0, 0, 0, 0]);
    expect(Array.from(batch.devices)).toEqual([
      ...new Array(d).fill(1),
      ...new Array(d).fill(2),
      ...new Array(d).fill(0),
    ]);
    expect(Array.from(batch.deviceRows)).toEqual([1, 2, 0]);
  });

  it('should refuse what does not fit', async () => {
    const program = sampleProgram(createRng(3), smallConfig.leafWidth, 5);
    const device = [{ vector: new Float32Array(smallConfig.deviceWidth), row: 0 }];
    await expectError(
      () => packBatch(allocateBatch(smallConfig, 2, 4), [program], device),
      Code.Internal,
      /a program of 5 leaves/,
    );
    await expectError(
      () => packBatch(allocateBatch(smallConfig, 1, 8), [program, program], device),
      Code.Internal,
      /2 programs do not fit a batch of 1/,
    );
  });
});
