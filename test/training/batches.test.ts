import { createRng } from '../../src/base';
import { leafBucketOf } from '../../src/model';
import { BatchSampler, createTrainingSet } from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { sampleExamples } from './sample-examples';

const settings = { programsPerStep: 32, programsPerTask: 8, rowsPerStep: 1e6 };

function manyTasks() {
  const rng = createRng(1);
  return createTrainingSet(
    [3, 40, 7, 100, 33].flatMap((count, task) =>
      sampleExamples(rng, smallConfig, count, { taskId: `${task}`, mostLeaves: 2 ** (task + 1) }),
    ),
    0.35,
  );
}

describe('BatchSampler', () => {
  it('should visit everything once in a pass', () => {
    const set = manyTasks();
    const sampler = new BatchSampler(set, settings, createRng(2));
    for (let pass = 1; pass <= 5; pass++) {
      const steps = Array.from({ length: sampler.stepsPerPass }, () => sampler.next().indices);
      expect(Math.max(...steps.map((indices) => indices.length))).toBeLessThanOrEqual(32);
      expect(steps.flat().sort((a, b) => a - b)).toEqual([...set.examples.keys()]);
    }
  });

  it('should pad a step no further than the longest program of its tasks', () => {
    const set = manyTasks();
    const sampler = new BatchSampler(set, settings, createRng(3));
    const bucketOf = set.tasks.map((members) =>
      leafBucketOf(Math.max(...members.map((i) => set.examples[i]?.program.leafCount as number))),
    );
    expect(new Set(bucketOf).size).toBeGreaterThan(2);
    for (let i = 0; i < 60; i++) {
      const { indices, leafBucket } = sampler.next();
      for (const index of indices) {
        expect(bucketOf[set.taskIndices[index] as number]).toBe(leafBucket);
      }
    }
  });

  it('should put programs of one task together, so that they can be ranked', () => {
    const set = manyTasks();
    const sampler = new BatchSampler(set, settings, createRng(4));
    for (let i = 0; i < 60; i++) {
      const { indices } = sampler.next();
      const ofTask = new Map<number, number>();
      for (const index of indices) {
        const task = set.taskIndices[index] as number;
        ofTask.set(task, (ofTask.get(task) ?? 0) + 1);
      }
      for (const count of ofTask.values()) expect(count).toBeGreaterThanOrEqual(3);
    }
  });

  it('should say which runs of a step are of one task', () => {
    const set = manyTasks();
    const sampler = new BatchSampler(set, settings, createRng(7));
    for (let i = 0; i < 60; i++) {
      const { indices, chunkSizes } = sampler.next();
      expect(chunkSizes.reduce((sum, size) => sum + size, 0)).toBe(indices.length);
      let at = 0;
      for (const size of chunkSizes) {
        expect(size).toBeLessThanOrEqual(8);
        const tasks = indices.slice(at, at + size).map((index) => set.taskIndices[index]);
        expect(new Set(tasks).size).toBe(1);
        at += size;
      }
    }
  });

  it('should bound the rows of a step, however long its programs are', () => {
    const bounded = { ...settings, rowsPerStep: 64 };
    const sampler = new BatchSampler(manyTasks(), bounded, createRng(8));
    const steps = Array.from({ length: sampler.stepsPerPass }, () => sampler.next());
    for (const { indices, leafBucket } of steps) {
      expect(indices.length * leafBucket).toBeLessThanOrEqual(64);
    }
    expect(steps.flatMap(({ indices }) => indices)).toHaveLength(183);
  });

  it('should mix anew in each pass', () => {
    const sampler = new BatchSampler(manyTasks(), settings, createRng(9));
    const [first, second] = [1, 2].map(() =>
      Array.from({ length: sampler.stepsPerPass }, () => sampler.next().indices),
    );
    expect(first).not.toEqual(second);
  });

  it.each([0, 1, 5, 40])('should go on where another stood after %i steps', (taken) => {
    const sampler = new BatchSampler(manyTasks(), settings, createRng(10));
    for (let i = 0; i < taken; i++) sampler.next();
    const next = new BatchSampler(manyTasks(), settings, createRng(99), sampler.state());
    for (let i = 0; i < 30; i++) expect(next.next()).toEqual(sampler.next());
  });

  it('should repeat itself by its seed', () => {
    const [a, b, c] = [5, 5, 6].map((seed) => {
      const sampler = new BatchSampler(manyTasks(), settings, createRng(seed));
      return Array.from({ length: 20 }, () => sampler.next());
    });
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});
