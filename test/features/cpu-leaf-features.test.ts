import type { ProgramSource } from '../../src/program';
import { loadFixture } from '../support/fixtures';
import { expectFeatures, feature, featuresOf, log } from './leaf-values';

/** 128³ matmul: i in uneven tiles of 48 rows, k innermost. */
const uneven: ProgramSource = {
  loopNest: `Placeholder: A, B, C
for i.0 (0,3)
  for j (0,128)
    for i.1 (0,48)
      for k (0,128)
        matmul = ...
for i (0,128)
  for j (0,128)
    out = ...
`,
  transformSteps: JSON.stringify([
    ['SP', 2, 0, 128, [48], 1],
    ['RE', 2, [0, 2, 1, 3]],
  ]),
};

describe('features of a leaf on a CPU', () => {
  const { task } = loadFixture('matmul-cpu');
  const features = featuresOf(task, uneven);

  it('tell the tail of an uneven split', () => {
    expectFeatures(features, 0, 'loops', {
      iterations: log(3 * 48 * 128 * 128),
      tails: log((3 * 48) / 128 - 1),
      recomputation: 0,
      inexact: 0,
      beyond_slots: 0,
      position: log(4),
    });
    expectFeatures(features, 1, 'loops', { tails: 0, position: log(7) });
  });

  it('tell each loop from the innermost', () => {
    expectFeatures(features, 0, 'loop', {
      '0.extent': log(128),
      '0.reduces': 1,
      '1.extent': log(48),
      '1.reduces': 0,
      '2.extent': log(128),
      '3.extent': log(3),
      '3.unrolled': 0,
      '4.extent': 0,
    });
  });

  it('tell what each turn of the loops touches', () => {
    // Slots: the write, A[i, k], B[k, j]. Turn 0 is empty, turn 1 is k, turn 2 the rest.
    expectFeatures(features, 0, 'access.1', {
      'tile.0.bytes': log(4),
      'tile.1.bytes': log(128 * 4),
      'tile.1.lines': log((128 * 4) / 64),
      'tile.2.bytes': log(128 * 128 * 4),
      'tile.3.lines': log((128 * 128 * 4) / 64),
      total_bytes: log(3 * 48 * 128 * 128 * 4),
      scope: 0,
    });
    // Column j of B: one element of each of 128 lines.
    expectFeatures(features, 0, 'access.2', {
      'tile.1.lines': log(128),
      innermost_stride: log(128),
      lane_stride: 0,
    });
  });

  it('tell after how much the same elements come again', () => {
    // A[i, k] comes again with j, around 48 × 128 iterations on C 48×1, A 48×128, B 128×1.
    expectFeatures(features, 0, 'access.1', {
      reuse_extent: log(128),
      reuse_distance_iterations: log(48 * 128),
      reuse_distance_bytes: log((48 + 48 * 128 + 128) * 4),
    });
    // The write stands still while k runs.
    expectFeatures(features, 0, 'access.0', {
      reuse_extent: log(128),
      reuse_distance_iterations: log(1),
    });
  });

  it('tell where the producer of what is read stands, and what it touches', () => {
    const whole = 128 * 128 * 4;
    expectFeatures(features, 1, 'access.1', {
      producer_distance: log(7 - 4),
      producer_bytes: log(3 * whole),
    });
    // The row of C is an input.
    expectFeatures(features, 1, 'access.2', {
      unique_bytes: log(128 * 4),
      producer_distance: 0,
      producer_bytes: 0,
    });
  });

  it('interpolate the arithmetic intensity between levels', () => {
    // out: one addition on three floats; a row of j; all of it, C only once.
    const row = log(1 / 12);
    const all = log((128 * 128) / ((2 * 128 * 128 + 128) * 4));
    const part = ((8 / 9) * 14 - 7) / 7;
    expectFeatures(features, 1, 'intensity', {
      0: row,
      4: row,
      8: row + part * (all - row),
      9: all,
    });
  });

  it('say which cache holds each level, and that its size is assumed', () => {
    // 128 KiB of C, A and B do not fit 32 KiB; a column of B with a row of A does.
    expectFeatures(features, 0, 'level', { '0.cache': 1, '3.cache': 2 / 3 });
    expect(feature(features, 0, 'memory.caches_known')).toBe(0);
  });

  it('recognise padding and charge it to the copy', () => {
    const conv = loadFixture('conv2d-cpu');
    // 448 × 4 visits, each of 32 × 30 × 3 points of the padded 32 × 30 × 30.
    const padded = featuresOf(conv.task, conv.programs[0]);
    expectFeatures(padded, 0, 'ops', { select: log(1), predicate: log(1), index: log(2) });
    expectFeatures(padded, 0, 'loops', {
      tails: 0,
      recomputation: log((448 * 4 * 32 * 30 * 3) / (32 * 30 * 30) - 1),
    });
    expectFeatures(padded, 0, 'leaf', {
      is_predicated: 1,
      is_copy: 1,
      is_gather: 0,
      accesses: 2 / 4,
    });
    // Three bytes in a row are vectorised: lanes are next to each other.
    expectFeatures(padded, 0, 'access.0', { lane_stride: log(1) });
    expectFeatures(padded, 0, 'vector', { lanes_known: 1, length: log(3) });
  });

  it('tell the size of the elements of each tensor', () => {
    const int8 = loadFixture('matmul-int8-cpu');
    // Products of int8 are summed up in int32.
    const summed = featuresOf(int8.task, int8.programs[0]);
    const leaf = [0, 1, 2].find((i) => feature(summed, i, 'leaf.is_reduction') === 1) as number;
    expectFeatures(summed, leaf, 'access', {
      '0.element_bytes': 4 / 4,
      '1.element_bytes': 1 / 4,
      '2.element_bytes': 1 / 4,
    });
    expectFeatures(summed, leaf, 'leaf', { is_float: 0, element_bytes: 4 / 4 });
  });

  it('say that an index comes from memory', () => {
    const gather = loadFixture('gather-cpu');
    const taken = featuresOf(gather.task, gather.programs[0]);
    expect(feature(taken, 0, 'leaf.is_gather')).toBe(1);
    expect(feature(taken, 1, 'leaf.is_gather')).toBe(0);
    const isGather = [0, 1, 2].map((slot) => feature(taken, 0, `access.${slot}.is_gather`));
    expect(isGather.filter((flag) => flag === 1)).toHaveLength(1);
  });
});
