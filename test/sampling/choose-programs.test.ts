import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { choosePrograms, programSamplers } from '../../src/sampling';
import { expectError } from '../support/expect-error';

/** 40 programs: 30 around 0, 10 around 100; latencies from 1 to 40 ms in a mixed order. */
const rng = createRng(1);
const points = Float32Array.from(
  { length: 40 },
  (_, i) => rng.nextNormal() + (i % 4 === 3 ? 100 : 0),
);
const predictedSeconds = Float64Array.from({ length: 40 }, (_, i) => 1e-3 * (1 + ((i * 17) % 40)));
const programs = { points, width: 1, predictedSeconds };

describe.each(programSamplers)('choosePrograms(%s)', (kind) => {
  it('should keep the count, choose none twice, and the same again', () => {
    for (const count of [1, 8, 39]) {
      const chosen = choosePrograms(kind, programs, count, createRng(2));
      expect(chosen).toHaveLength(count);
      expect(new Set(chosen).size).toBe(count);
      expect(chosen.every((index) => index >= 0 && index < 40)).toBe(true);
      expect(choosePrograms(kind, programs, count, createRng(2))).toEqual(chosen);
    }
  });

  it('should choose all where the count is larger', () => {
    expect(choosePrograms(kind, programs, 41, createRng(2))).toHaveLength(40);
  });

  it('should take equal points as they come', () => {
    const equal = {
      points: new Float32Array(9).fill(1),
      width: 1,
      predictedSeconds: new Float64Array(9).fill(1),
    };
    expect(new Set(choosePrograms(kind, equal, 4, createRng(2))).size).toBe(4);
  });

  it('should refuse a count below 1 and points that are not finite', async () => {
    const choose =
      (count: number, bad = programs) =>
      () =>
        choosePrograms(kind, bad, count, createRng(1));
    await expectError(choose(0), Code.InvalidArgument, /count: 0/);
    const nan = { ...programs, points: Float32Array.from([1, Number.NaN]) };
    await expectError(choose(1, nan), Code.InvalidArgument, /row 1, column 0 is NaN/);
  });
});

describe('choosePrograms', () => {
  it('should take one of each part of the latencies', () => {
    const chosen = choosePrograms('latency', programs, 8, createRng(2));
    const parts = chosen.map((index) =>
      Math.floor(((predictedSeconds[index] as number) * 1e3 - 0.5) / 5),
    );
    expect(parts).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('should take one of each cluster', () => {
    const chosen = choosePrograms('medoids', programs, 2, createRng(2));
    expect(chosen.map((index) => Math.round((points[index] as number) / 100)).sort()).toEqual([
      0, 1,
    ]);
  });

  it('should keep the proportions of the clusters', () => {
    const chosen = choosePrograms('herding', programs, 8, createRng(2));
    expect(chosen.filter((index) => index % 4 === 3)).toHaveLength(2);
  });

  it('should not spread over latencies that are not there', async () => {
    const choose = (bad: object) => () =>
      choosePrograms('latency', { points, width: 1, ...bad }, 8, createRng(1));
    await expectError(choose({}), Code.InvalidArgument, /predictedSeconds: none; there must be 40/);
    const wrong = predictedSeconds.slice();
    wrong[3] = Number.NaN;
    await expectError(choose({ predictedSeconds: wrong }), Code.InvalidArgument, /\[3\]: NaN/);
  });
});
