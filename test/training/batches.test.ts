import { createRng } from '../../src/base';
import { leafBucketOf } from '../../src/model';
import { BatchSampler, createTrainingSet } from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { sampleExamples } from './sample-examples';

const settings = { programsPerStep: 32, programsPerTask: 8 };

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

  it('should repeat itself by its seed', () => {
    const [a, b, c] = [5, 5, 6].map((seed) => {
      const sampler = new BatchSampler(manyTasks(), settings, createRng(seed));
      return Array.from({ length: 20 }, () => sampler.next());
    });
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});
