import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { type Clusters, kMeans } from '../../src/sampling';
import { expectError } from '../support/expect-error';

/** Three squares of side 2 around (0, 0), (20, 0) and (0, 30): 4, 4 and 8 points. */
const corners = [-1, 1].flatMap((x) => [-1, 1].map((y) => [x, y] as const));
const at = (x: number, y: number) => corners.flatMap(([dx, dy]) => [x + dx, y + dy]);
const squares = Float32Array.from([...at(0, 0), ...at(20, 0), ...at(0, 30), ...at(0, 30)]);

/** As the definition says it, without any bound. */
function naiveLloyd(points: Float32Array, width: number, start: Float32Array): Int32Array {
  const k = start.length / width;
  const count = points.length / width;
  const centres = start.slice();
  const assignment = new Int32Array(count);
  const squared = (i: number, cluster: number) => {
    let sum = 0;
    for (let c = 0; c < width; c++) {
      sum += ((points[i * width + c] as number) - (centres[cluster * width + c] as number)) ** 2;
    }
    return sum;
  };
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < count; i++) {
      const distances = Array.from({ length: k }, (_, cluster) => squared(i, cluster));
      assignment[i] = distances.indexOf(Math.min(...distances));
    }
    for (let cluster = 0; cluster < k; cluster++) {
      const members = [...assignment.keys()].filter((i) => assignment[i] === cluster);
      for (let c = 0; c < width && members.length > 0; c++) {
        const sum = members.reduce((total, i) => total + (points[i * width + c] as number), 0);
        centres[cluster * width + c] = sum / members.length;
      }
    }
  }
  return assignment;
}

function inertiaOf(points: Float32Array, width: number, { centres, assignment }: Clusters): number {
  let sum = 0;
  assignment.forEach((cluster, i) => {
    for (let c = 0; c < width; c++) {
      sum += ((points[i * width + c] as number) - (centres[cluster * width + c] as number)) ** 2;
    }
  });
  return sum;
}

function cloud(seed: number, count: number, width: number): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: count * width }, () => rng.nextNormal());
}

describe('kMeans', () => {
  it('should find clusters that anyone sees', () => {
    const { centres, assignment, sizes, inertia } = kMeans(squares, 2, 3, createRng(1));
    const found = [0, 1, 2].map((cluster) => ({
      centre: [...centres.subarray(2 * cluster, 2 * cluster + 2)],
      size: sizes[cluster],
    }));
    expect(found).toEqual(
      expect.arrayContaining([
        { centre: [0, 0], size: 4 },
        { centre: [20, 0], size: 4 },
        { centre: [0, 30], size: 8 },
      ]),
    );
    expect(new Set(assignment.subarray(0, 4)).size).toBe(1);
    expect(new Set(assignment.subarray(8)).size).toBe(1);
    // Every corner is 1 away in both directions.
    expect(inertia).toBeCloseTo(16 * 2, 6);
  });

  it('should give the same clusters again, and others from other random numbers', () => {
    const points = cloud(3, 200, 4);
    const again = kMeans(points, 4, 12, createRng(5));
    expect(kMeans(points, 4, 12, createRng(5))).toEqual(again);
    const starts = [6, 7, 8].map((seed) => kMeans(points, 4, 12, createRng(seed), { starts: 1 }));
    expect(new Set(starts.map(({ inertia }) => inertia)).size).toBeGreaterThan(1);
  });

  it.each([
    [2, 40],
    [3, 7],
    [50, 5],
  ])(
    'should stop where no bound is needed: at the fixed point of Lloyd (width %i, k %i)',
    (width, k) => {
      const points = cloud(width + k, 300, width);
      const found = kMeans(points, width, k, createRng(2), { starts: 1, tolerance: 0 });
      expect([...found.assignment]).toEqual([...naiveLloyd(points, width, found.centres)]);
      expect(found.inertia).toBeCloseTo(inertiaOf(points, width, found), 4);
      expect([...found.sizes].every((size) => size > 0)).toBe(true);
      expect([...found.sizes].reduce((sum, size) => sum + size, 0)).toBe(300);
    },
  );

  it('should keep the best of several starts', () => {
    const points = cloud(11, 150, 3);
    const single = kMeans(points, 3, 20, createRng(1), { starts: 1 });
    const several = kMeans(points, 3, 20, createRng(1), { starts: 8 });
    expect(several.inertia).toBeLessThan(single.inertia);
  });

  it('should give every point a cluster of its own where there are as many', () => {
    const points = Float32Array.from([0, 1, 5, 9, 30]);
    const { inertia, sizes } = kMeans(points, 1, 5, createRng(1));
    expect(inertia).toBe(0);
    expect([...sizes]).toEqual([1, 1, 1, 1, 1]);
  });

  it('should leave clusters empty where fewer points differ', () => {
    const { inertia, sizes } = kMeans(Float32Array.from([7, 7, 7, 2]), 1, 3, createRng(1));
    expect(inertia).toBe(0);
    expect([...sizes].sort()).toEqual([0, 1, 3]);
    const equal = kMeans(new Float32Array(8).fill(3), 2, 2, createRng(1));
    expect(equal.inertia).toBe(0);
    expect([...equal.centres]).toEqual([3, 3, 3, 3]);
  });

  it('should refuse what is no set of points', async () => {
    const rng = createRng(1);
    const points = Float32Array.from([1, 2, Number.NaN, 4]);
    await expectError(
      () => kMeans(points, 2, 1, rng),
      Code.InvalidArgument,
      /row 1, column 0 is NaN/,
    );
    await expectError(() => kMeans(squares, 3, 1, rng), Code.InvalidArgument, /whole rows of 3/);
    await expectError(() => kMeans(squares, 0, 1, rng), Code.InvalidArgument, /width 0/);
    for (const k of [0, 17, 1.5]) {
      await expectError(() => kMeans(squares, 2, k, rng), Code.InvalidArgument, /from 1 to 16/);
    }
  });
});
