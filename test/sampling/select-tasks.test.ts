import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { chooseTasks, selectTasks, type TaskPoints, taskSamplers } from '../../src/sampling';
import { expectError } from '../support/expect-error';
import { errorAfter, familyMixture, meanGap } from './family-mixture';

const task = (...values: number[]): TaskPoints => ({ points: Float32Array.from(values), width: 1 });

describe.each(taskSamplers)('selectTasks(%s)', (kind) => {
  const { tasks } = familyMixture(1);

  it('should keep the budget and choose no task twice', () => {
    for (const budget of [1, 2, 20, 99]) {
      const chosen = chooseTasks(kind, tasks, budget, createRng(4));
      expect(chosen).toHaveLength(budget);
      expect(new Set(chosen).size).toBe(budget);
      expect(chosen.every((index) => index in tasks)).toBe(true);
    }
  });

  it('should choose the same again', () => {
    const choose = () => selectTasks(kind, tasks, 10, createRng(8));
    expect(choose()).toEqual(choose());
  });

  it('should say why', () => {
    for (const { reason } of selectTasks(kind, tasks, 10, createRng(8))) {
      expect(reason).toMatch(/\w/);
      expect(reason).not.toMatch(/NaN|undefined/);
    }
  });

  it('should choose all where the budget is larger', () => {
    const chosen = chooseTasks(kind, tasks.slice(0, 7), 1000, createRng(4));
    expect([...chosen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('should take one task, equal points and single programs as they come', () => {
    expect(chooseTasks(kind, [task(1, 2, 3)], 1, createRng(1))).toEqual([0]);
    const equal = Array.from({ length: 5 }, () => task(2, 2));
    expect(new Set(chooseTasks(kind, equal, 3, createRng(1))).size).toBe(3);
    const single = [task(1), task(2), task(3)];
    expect(new Set(chooseTasks(kind, single, 2, createRng(1))).size).toBe(2);
  });

  it('should take tasks without a program to compare, last', () => {
    const chosen = chooseTasks(kind, [task(), task(1), task(), task(5)], 3, createRng(1));
    expect(chosen).toHaveLength(3);
    if (kind !== 'random') expect([...chosen.slice(0, 2)].sort()).toEqual([1, 3]);
    expect(chooseTasks(kind, [task(), task()], 2, createRng(1))).toHaveLength(2);
  });

  it('should refuse what it cannot compare', async () => {
    const choose =
      (list: readonly TaskPoints[], budget = 1) =>
      () =>
        chooseTasks(kind, list, budget, createRng(1));
    const refused = (action: () => unknown, message: RegExp) =>
      expectError(action, Code.InvalidArgument, message);
    await refused(
      choose([task(1), task(2, Number.NaN)]),
      /tasks\[1\]\.points: row 1, column 0 is NaN/,
    );
    await refused(
      choose([task(1), { ...task(2), width: 2 }]),
      /tasks\[1\]\.width: 2; it must be 1/,
    );
    await refused(choose([]), /tasks: none/);
    await refused(choose([task(1)], 0), /budget: 0/);
    await refused(choose([task(1)], 1.5), /budget: 1.5/);
    const deviations = Float64Array.from([1, 0]);
    await refused(choose([{ ...task(1, 2), deviations }]), /tasks\[0\]\.deviations\[1\]: 0/);
    await refused(choose([{ ...task(1), deviations }]), /tasks\[0\]\.deviations: 2 numbers/);
    await refused(choose([{ ...task(1, 2), programs: 1 }]), /tasks\[0\]\.programs: 1/);
  });
});

const BUDGET = 12;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Over eight mixtures of families: what remains by a sampler, to what remains by random choice. */
function remains(kind: (typeof taskSamplers)[number], judge: typeof meanGap): number {
  let chosen = 0;
  let random = 0;
  for (const seed of SEEDS) {
    const mixture = familyMixture(seed);
    chosen += judge(mixture, chooseTasks(kind, mixture.tasks, BUDGET, createRng(seed)));
    random += judge(mixture, chooseTasks('random', mixture.tasks, BUDGET, createRng(seed)));
  }
  return chosen / random;
}

describe.each(['kmeans', 'herding', 'facility', 'variance'] as const)(
  '%s against random',
  (kind) => {
    it('should leave programs nearer to a measured one', () => {
      expect(remains(kind, meanGap)).toBeLessThan(0.95);
    });
  },
);

describe.each(['facility', 'variance'] as const)('%s against random', (kind) => {
  it('should save a tenth of the error that is left on the new device', () => {
    expect(remains(kind, errorAfter)).toBeLessThan(0.9);
  });
});
