import { createRng } from '../../src/base';
import { createTaskKernel } from '../../src/sampling/task-kernel';
import { thinTasks } from '../../src/sampling/thin-tasks';

const near = (distance: number, length: number) => Math.exp(-distance / length);

describe('createTaskKernel', () => {
  const tasks = [
    { points: Float32Array.from([0, 2]), width: 1, group: 'a' },
    { points: Float32Array.from([2]), width: 1, group: 'a' },
  ];

  it('should average the kernel over the programs of a task', () => {
    // Only distances of 2 are there, but for 0: that is the median.
    const { toTask, between } = createTaskKernel(tasks, createRng(1), {
      lengthShare: 0.5,
      groupShare: 0.25,
    });
    const far = 0.25 + 0.75 * near(2, 0.5 * 2);
    const row = [(1 + far) / 2, far, (far + 1) / 2, 1, (far + 1) / 2, 1];
    row.forEach((value, at) => {
      expect(toTask[at]).toBeCloseTo(value, 12);
    });
    expect([...between]).toEqual([(1 + far) / 2, (1 + far) / 2, (far + 1) / 2, 1]);
  });

  it('should scale by the doubts of both programs', () => {
    const deviations = [Float64Array.from([1, 2]), Float64Array.from([3])];
    const doubtful = tasks.map((task, t) => ({
      ...task,
      deviations: deviations[t] as Float64Array,
    }));
    const { toTask } = createTaskKernel(doubtful, createRng(1), {
      lengthShare: 0.5,
      groupShare: 0.25,
      hasDoubts: true,
    });
    const far = 0.25 + 0.75 * near(2, 0.5 * 2);
    // Their mean is 2, so the doubts are 0.5, 1 and 1.5.
    expect(toTask[0]).toBeCloseTo((0.5 * 0.5 + 0.5 * far * 1) / 2, 12);
    expect(toTask[3]).toBeCloseTo(1 * 1.5, 12);
  });
});

describe('thinTasks', () => {
  const long = { points: Float32Array.from({ length: 100 }, (_, i) => i), width: 1 };
  const short = { points: Float32Array.from([500, 501]), width: 1 };

  it('should take as many of each task, and keep the weights of the tasks', () => {
    const { taskOf, counts, weights, points } = thinTasks([long, short], 20, createRng(1));
    expect([...counts]).toEqual([10, 2]);
    expect([...taskOf]).toEqual([...new Array(10).fill(0), 1, 1]);
    const ofLong = weights.slice(0, 10).reduce((sum, weight) => sum + weight, 0);
    expect(ofLong).toBeCloseTo(100 / 102, 12);
    expect([...points.slice(10)]).toEqual([500, 501]);
    expect(new Set(points.slice(0, 10)).size).toBe(10);
  });

  it('should count for the programs that the points stand for', () => {
    const { weights } = thinTasks(
      [
        { ...long, programs: 300 },
        { ...short, programs: 100 },
      ],
      20,
      createRng(1),
    );
    expect(weights.slice(0, 10).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.75, 12);
  });

  it('should keep doubts in their range, and take what is not known for the mean', () => {
    const sure = { ...short, deviations: Float64Array.from([0.001, 1]) };
    const { doubts } = thinTasks([sure, short], 20, createRng(1));
    const mean = (0.001 + 1) / 2;
    expect(doubts[0]).toBeCloseTo(1 / 3, 12);
    expect(doubts[1]).toBeCloseTo(1 / mean, 12);
    expect([...doubts.slice(2)]).toEqual([1, 1]);
  });
});
