import {
  createFeatureExtractor,
  deviceVector,
  extractFeatures,
  loopNestSchema,
} from '../../src/features';
import { measuredLatencySeconds, type ProgramSource } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { feature, featuresOf } from './leaf-values';

/** 8×4 tiles of a 128³ matmul, written by hand. */
const handMade: ProgramSource = {
  loopNest: `Placeholder: A, B, C
matmul auto_unroll: 64
parallel i.0 (0,16)
  for j.0 (0,32)
    for k.0 (0,32)
      for i.1 (0,8)
        for k.1 (0,4)
          vectorize j.1 (0,4)
            matmul = ...
for i (0,128)
  for j (0,128)
    out = ...
`,
  transformSteps: JSON.stringify([
    ['SP', 2, 0, 128, [8], 1],
    ['SP', 2, 2, 128, [4], 1],
    ['SP', 2, 4, 128, [4], 1],
    ['RE', 2, [0, 2, 4, 1, 5, 3]],
    ['AN', 2, 0, 3],
    ['AN', 2, 5, 2],
    ['PR', 2, 0, 'auto_unroll_max_step$64'],
  ]),
};

describe('createFeatureExtractor()', () => {
  const { task } = loadFixture('matmul-cpu');
  const features = featuresOf(task, handMade);
  const log2p1 = (value: number): number => Math.fround(Math.log2(1 + value));

  it('counts loops, tiles and unrolling of a hand-made program', () => {
    expect(features.leafCount).toBe(2);
    expect(Array.from(features.positions)).toEqual([6, 9]);
    expect(Array.from(features.depths)).toEqual([6, 2]);
    expect(feature(features, 0, 'loops.iterations')).toBe(log2p1(128 ** 3));
    expect(feature(features, 0, 'parallel.extent')).toBe(log2p1(16));
    expect(feature(features, 0, 'vector.length')).toBe(log2p1(4));
    // From the innermost: j.1; k.1; i.1; k.0; all that remains.
    const tiles = [4, 4, 8, 32, 32 * 16];
    tiles.forEach((tile, turn) => {
      expect(feature(features, 0, `tile.${turn}.iterations`)).toBe(log2p1(tile));
    });
    // k.1 and i.1 are within 64 statements, k.0 is not.
    expect(feature(features, 0, 'unroll.iterations')).toBe(log2p1(4 * 8));
    expect(feature(features, 0, 'ops.float_total')).toBe(log2p1(2 * 128 ** 3));
  });

  it('measures what a tile touches', () => {
    // Slots are ordered by cache lines: A, B and C of 128×128 floats have as many, so the write is first.
    expect(feature(features, 0, 'access.0.is_write')).toBe(1);
    expect(feature(features, 0, 'access.0.unique_bytes')).toBe(log2p1(128 * 128 * 4));
    expect(feature(features, 0, 'access.0.reuse')).toBe(log2p1(128));
    expect(feature(features, 0, 'access.0.innermost_stride')).toBe(log2p1(1));
    // A[i, k] stands still while j.1 runs; B[k, j] moves by one.
    expect(feature(features, 0, 'access.1.innermost_stride')).toBe(0);
    expect(feature(features, 0, 'access.2.innermost_stride')).toBe(log2p1(1));
    expect(feature(features, 0, 'access.2.lane_stride')).toBe(log2p1(1));
    expect(feature(features, 0, 'access.2.tile.0.bytes')).toBe(log2p1(4 * 4));
    // Level 2 from inside: i.1, k.1, j.1: C 8×4, A 8×4, B 4×4 floats.
    expect(feature(features, 0, 'level.2.working_set_bytes')).toBe(log2p1((32 + 32 + 16) * 4));
  });

  it.each(fixtureNames)(
    'gives finite numbers for every program of %s that can be built',
    (name) => {
      const fixture = loadFixture(name);
      const extractor = createFeatureExtractor(fixture.task);
      for (const program of fixture.programs) {
        const result = extractFeatures(extractor, program);
        if (!result.ok) {
          expect([result.failure, name]).toEqual(['cannot-build', expect.stringContaining('cuda')]);
          continue;
        }
        const { leaves, leafCount, estimateSeconds } = result.features;
        expect(leaves.length).toBe(leafCount * loopNestSchema.leaf.length);
        expect(leaves.every(Number.isFinite)).toBe(true);
        expect(estimateSeconds).toBeGreaterThan(0);
        expect(estimateSeconds).toBeLessThan(10);
      }
    },
  );

  it.each(['conv2d-cpu', 'conv2d-cuda', 'winograd-cuda', 'layer-norm-cuda', 'argmax-cpu'])(
    'answers the same for the same program of %s, whatever came before',
    (name) => {
      const { task: own, programs } = loadFixture(name);
      const fresh = programs.map((program) =>
        extractFeatures(createFeatureExtractor(own), program),
      );
      const extractor = createFeatureExtractor(own);
      for (const program of programs) extractFeatures(extractor, program);
      const again = programs
        .slice()
        .reverse()
        .map((program) => extractFeatures(extractor, program));
      expect(again.reverse()).toEqual(fresh);
    },
  );

  it('estimates in the order of what was measured', () => {
    const fixture = loadFixture('matmul-cpu');
    const measured = fixture.records.map(({ record }) => measuredLatencySeconds(record) as number);
    const estimated = fixture.records.map(
      ({ record }) => featuresOf(fixture.task, record.program).estimateSeconds,
    );
    let agreeing = 0;
    let pairs = 0;
    for (let a = 0; a < measured.length; a++) {
      for (let b = 0; b < a; b++) {
        pairs += 1;
        const isFaster = (measured[a] as number) < (measured[b] as number);
        if (isFaster === (estimated[a] as number) < (estimated[b] as number)) agreeing += 1;
      }
    }
    expect(pairs).toBe((96 * 95) / 2);
    expect(agreeing / pairs).toBeGreaterThan(0.7);
  });

  it('refuses a kernel above the limits of its GPU, with value and bound', () => {
    const { task: gpu, programs } = loadFixture('conv2d-cuda');
    const strict = { ...gpu, hardwareParams: { ...gpu.hardwareParams, maxThreadsPerBlock: 1 } };
    const result = extractFeatures(createFeatureExtractor(strict), programs[0] as ProgramSource);
    expect(result).toMatchObject({ ok: false, failure: 'cannot-build' });
    expect(result.ok ? '' : result.reason).toMatch(/threads a block, at most 1/);
  });
});

describe('deviceVector()', () => {
  it('says of every value whether it is known', () => {
    const { task } = loadFixture('matmul-cpu');
    const vector = deviceVector(task);
    expect(vector.length).toBe(loopNestSchema.device.length);
    const at = (name: string): number => vector[loopNestSchema.device.indexOf(name)] as number;
    expect([at('card.cores.known'), at('card.peakFlops.known'), at('card.peakFlops')]).toEqual([
      1, 0, 0,
    ]);
  });
});
