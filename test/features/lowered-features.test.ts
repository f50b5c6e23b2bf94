import { createRng, shuffle } from '../../src/base';
import { Code } from '../../src/errors';
import {
  createFeatureExtractor,
  createLoweredExtractor,
  extractFeatures,
  loopNestSchema,
  loweredSchema,
  type ProgramFeatures,
} from '../../src/features';
import type { ProgramSource, Task } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { loadLoweredFixture, namesOfTvm } from '../support/lowered-fixtures';

const ROW = 164;
const WIDTH = loweredSchema.leaf.length;

function featuresOf(task: Task, program: ProgramSource): ProgramFeatures {
  const result = extractFeatures(createLoweredExtractor(task), program);
  if (!result.ok) throw new Error(result.reason);
  return result.features;
}

function column(features: ProgramFeatures, name: string): number[] {
  const at = loweredSchema.leaf.indexOf(name);
  if (at < 0) throw new Error(`no feature ${name}`);
  return Array.from(
    { length: features.leafCount },
    (_, leaf) => features.leaves[leaf * WIDTH + at] as number,
  );
}

function loopNestColumn(features: ProgramFeatures, name: string): number[] {
  const { leaf } = loopNestSchema;
  const values = Array.from(features.leaves);
  return values.filter((_, i) => i % leaf.length === leaf.indexOf(name));
}

const rowsOf = (program: ProgramSource): Float32Array[] => {
  const all = program.loweredFeatures as Float32Array;
  return Array.from({ length: all.length / ROW }, (_, i) => all.slice(i * ROW, (i + 1) * ROW));
};

function withRows(program: ProgramSource, rows: readonly Float32Array[]): ProgramSource {
  const loweredFeatures = new Float32Array(rows.length * ROW);
  rows.forEach((row, i) => {
    loweredFeatures.set(row, i * ROW);
  });
  return { ...program, loweredFeatures };
}

const LINES = namesOfTvm.indexOf('B0.lines');

/** The row with two neighbouring buffers of equally many lines exchanged, where it has such. */
function withTiedBuffersSwapped(row: Float32Array): Float32Array {
  const swapped = row.slice();
  for (let buffer = 0; buffer < 4; buffer++) {
    const at = LINES + buffer * 18;
    if (row[at] !== row[at + 18]) continue;
    const start = 57 + buffer * 18;
    swapped.set(row.subarray(start + 18, start + 36), start);
    swapped.set(row.subarray(start, start + 18), start + 18);
    return swapped;
  }
  return swapped;
}

describe('createLoweredExtractor()', () => {
  it("should call TVM's features what TVM calls them", () => {
    expect(loweredSchema.leaf.slice(0, ROW)).toEqual(namesOfTvm);
    expect(loweredSchema.id).not.toBe(loopNestSchema.id);
  });

  it.each(fixtureNames)('should find a row for every leaf of %s', (name) => {
    const { task, programs } = loadLoweredFixture(name);
    const built = programs.filter((program) => rowsOf(program).length > 0);
    expect(built.length).toBeGreaterThan(0);
    for (const program of built) {
      const loopNest = extractFeatures(createFeatureExtractor(task), program);
      if (!loopNest.ok) throw new Error(loopNest.reason);
      const features = featuresOf(task, program);
      const rows = rowsOf(program);
      const isLeaf = column(features, 'match.is_further_row').map((flag) => flag === 0);
      const leaves = isLeaf.filter(Boolean).length;
      expect(leaves).toBe(loopNest.features.leafCount);
      expect(features.leafCount).toBe(Math.max(leaves, rows.length));
      expect(column(features, 'match.has_row')).toEqual(isLeaf.map(() => 1));
      expect(column(features, 'match.is_exact')).toEqual(isLeaf.map(Number));
      for (const [ofTvm, ofUs] of [
        ['vec_prod', 'vector.length'],
        ['parallel_prod', 'parallel.extent'],
      ] as const) {
        const lowered = column(features, ofTvm).filter((_, i) => isLeaf[i]);
        expect(lowered.map((value) => Math.max(1, value).toFixed(3))).toEqual(
          loopNestColumn(loopNest.features, ofUs).map((value) => value.toFixed(3)),
        );
      }
      expect(column(features, 'outer_prod').sort()).toEqual(
        rows.map((row) => row[namesOfTvm.indexOf('outer_prod')]).sort(),
      );
      const ofLeaves = (values: Int32Array) => Array.from(values).filter((_, i) => isLeaf[i]);
      expect(ofLeaves(features.positions)).toEqual(Array.from(loopNest.features.positions));
      expect(ofLeaves(features.depths)).toEqual(Array.from(loopNest.features.depths));
      expect(features.estimateSeconds).toBe(loopNest.features.estimateSeconds);
    }
  });

  it.each(['softmax-cpu', 'matmul-cuda', 'layer-norm-cuda', 'winograd-cpu'])(
    'should give the same bits for %s whatever the order of rows and tied buffers',
    (name) => {
      const { task, programs } = loadLoweredFixture(name);
      const rng = createRng(3);
      let swapped = 0;
      for (const program of programs.filter((each) => rowsOf(each).length > 0)) {
        const first = featuresOf(task, program);
        for (let turn = 0; turn < 5; turn++) {
          const rows = shuffle(rowsOf(program), rng).map(withTiedBuffersSwapped);
          const shuffled = withRows(program, rows);
          swapped += Number(
            rows.some((row) => !rowsOf(program).some((other) => isSame(row, other))),
          );
          expect(featuresOf(task, shuffled)).toEqual(first);
        }
      }
      expect(swapped).toBeGreaterThan(0);
    },
  );

  it('should tell leaves of one size apart by what they write and compute', () => {
    // Softmax: the exponential and the quotient run equally often around as many loops.
    const { task, programs } = loadLoweredFixture('softmax-cpu');
    const features = featuresOf(task, programs[0] as ProgramSource);
    const log2p1 = (value: number) => Math.fround(Math.log2(1 + value));
    const all = log2p1(64 * 256);
    expect(column(features, 'float_cmp')).toEqual([all, 0, 0, 0, 0]);
    expect(column(features, 'float_mathfunc')).toEqual([0, all, 0, 0, 0]);
    expect(column(features, 'float_divmod')).toEqual([0, 0, 0, 0, all]);
  });

  it('should put the further rows of a leaf with several results behind it', () => {
    const { task, programs } = loadLoweredFixture('argmax-cpu');
    const features = featuresOf(task, programs[0] as ProgramSource);
    expect(column(features, 'match.is_further_row')).toEqual([0, 1, 0]);
    expect(features.positions[1]).toBe(features.positions[0]);
    expect(features.depths[1]).toBe(features.depths[0]);
  });

  it('should say so where a leaf has no row, and where the nearest does not fit', () => {
    const { task, programs } = loadLoweredFixture('matmul-cpu');
    const program = programs[0] as ProgramSource;
    const whole = featuresOf(task, program);
    const [, second] = rowsOf(program);
    const one = featuresOf(task, withRows(program, [second as Float32Array]));
    const missing = column(one, 'match.has_row').indexOf(0);
    expect(column(one, 'match.has_row')).toHaveLength(whole.leafCount);
    expect(column(one, 'match.has_row').filter((flag) => flag === 0)).toHaveLength(1);
    expect(
      one.leaves.subarray(missing * WIDTH, (missing + 1) * WIDTH).every((value) => value === 0),
    ).toBe(true);

    const other = rowsOf(program).map((row) => {
      const changed = row.slice();
      changed[namesOfTvm.indexOf('outer_prod')] = 3;
      return changed;
    });
    expect(column(featuresOf(task, withRows(program, other)), 'match.is_exact')).toEqual([0, 0]);
  });

  it.each<[string, Float32Array | undefined, string, Code, RegExp]>([
    ['no rows sent', undefined, 'unreadable', Code.InvalidArgument, /absent; .*"lowered"/],
    ['part of a row', new Float32Array(5), 'unreadable', Code.InvalidArgument, /5 numbers/],
    [
      'nothing that TVM could lower',
      new Float32Array(0),
      'cannot-build',
      Code.FailedPrecondition,
      /no rows; TVM could not lower/,
    ],
  ])('should refuse a program with %s', (_what, rows, failure, code, reason) => {
    const { task, programs } = loadFixture('matmul-cpu');
    const program = programs[0] as ProgramSource;
    const asked = rows === undefined ? program : { ...program, loweredFeatures: rows };
    expect(extractFeatures(createLoweredExtractor(task), asked)).toEqual({
      ok: false,
      failure,
      code,
      reason: expect.stringMatching(reason),
    });
  });

  it('should fail a text that cannot be read as the loop nest does', () => {
    const { task, programs } = loadLoweredFixture('matmul-cpu');
    const bad = { ...(programs[0] as ProgramSource), loopNest: 'for for', transformSteps: 'x' };
    const result = extractFeatures(createLoweredExtractor(task), bad);
    expect(result).toMatchObject({ ok: false, failure: 'unreadable' });
    expect(result).toEqual(extractFeatures(createFeatureExtractor(task), bad));
  });
});

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}
