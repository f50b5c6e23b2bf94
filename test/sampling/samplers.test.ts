import { createRng } from '../../src/base';
import { chooseTasks, type TaskPoints } from '../../src/sampling';

const task = (points: readonly number[], rest: Partial<TaskPoints> = {}): TaskPoints => ({
  points: Float32Array.from(points),
  width: 1,
  ...rest,
});
const choose = (kind: Parameters<typeof chooseTasks>[0], tasks: readonly TaskPoints[], n: number) =>
  chooseTasks(kind, tasks, n, createRng(3));

describe('kmeans, as published', () => {
  it('should take the nearest task of each cluster, that of the largest first', () => {
    const tasks = [
      task([100, 104]), // a cluster of 2 programs
      task([0, 0, 4]), // with the next two: a cluster of 9
      task([1, 2, 3]),
      task([-4, 0, 10]),
      task([50, 51, 52, 53]), // a cluster of 4
    ];
    // The centre of the nine is at 16/9; tasks 1, 2 and 3 are 1.9, 0.8 and 5.3 from it on average.
    expect(choose('kmeans', tasks, 3)).toEqual([2, 4, 0]);
  });

  it('should take the next nearest where a task was chosen for a larger cluster', () => {
    // Both clusters lie within the programs of the first task; the second is nearer to neither.
    const tasks = [task([0, 0, 0, 10, 10]), task([30, 31, 32]), task([9, 9])];
    const chosen = choose('kmeans', tasks, 3);
    expect(new Set(chosen).size).toBe(3);
  });
});

describe('facility location', () => {
  it('should cover another kind before it takes the common one again', () => {
    const common = [0, 1, 2, 3].map((x) => task([x, x + 0.5]));
    const tasks = [...common, ...[100, 200, 300].map((x) => task([x, x + 0.5]))];
    const chosen = choose('facility', tasks, 4);
    expect(chosen[0]).toBeLessThan(4);
    expect([...chosen.slice(1)].sort()).toEqual([4, 5, 6]);
  });
});

describe('herding', () => {
  it('should keep the proportions of the whole', () => {
    // Three quarters of the tasks around 0, one quarter around 100.
    const tasks = Array.from({ length: 16 }, (_, i) =>
      task([i / 10, i / 10 + 0.05].map((x) => (i % 4 === 3 ? 100 + x : x))),
    );
    const chosen = choose('herding', tasks, 8);
    expect(chosen.filter((index) => index % 4 === 3)).toHaveLength(2);
  });
});

describe('variance', () => {
  const pair = (at: number, rest: Partial<TaskPoints> = {}) => [
    task([at, at + 0.1], rest),
    task([at + 0.2, at + 0.3], rest),
    task([at + 0.4, at + 0.5], rest),
  ];

  it('should take a task of each kind before a second of any', () => {
    const tasks = [...pair(0), ...pair(100), ...pair(200)];
    const chosen = choose('variance', tasks, 3);
    expect(new Set(chosen.map((index) => Math.floor(index / 3))).size).toBe(3);
  });

  it('should begin where the model is least sure', () => {
    const sure = { deviations: Float64Array.from([0.1, 0.1]) };
    const unsure = { deviations: Float64Array.from([0.6, 0.6]) };
    expect(
      Math.floor((choose('variance', [...pair(0, sure), ...pair(100, unsure)], 1)[0] ?? -1) / 3),
    ).toBe(1);
    expect(
      Math.floor((choose('variance', [...pair(0, unsure), ...pair(100, sure)], 1)[0] ?? -1) / 3),
    ).toBe(0);
  });

  it('should not spend the budget on an odd one that tells nothing of others', () => {
    const tasks = [task([1000, 1001]), ...pair(0), ...pair(2)];
    expect(choose('variance', tasks, 2)).not.toContain(0);
  });

  it('should begin with the kind that most programs are of', () => {
    const many = { programs: 100 };
    expect(Math.floor((choose('variance', [...pair(0), ...pair(100, many)], 1)[0] ?? -1) / 3)).toBe(
      1,
    );
    expect(Math.floor((choose('variance', [...pair(0, many), ...pair(100)], 1)[0] ?? -1) / 3)).toBe(
      0,
    );
  });

  it('should take a group for alike however far its tasks lie apart', () => {
    const apart = [0, 100, 200, 300].map((x) => task([x, x + 1], { group: 'dense' }));
    const alone = [400, 500].map((x) => task([x, x + 1]));
    const [first] = choose('variance', [...alone, ...apart], 1);
    expect(first).toBeGreaterThan(1);
  });
});
