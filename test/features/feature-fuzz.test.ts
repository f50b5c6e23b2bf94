import { createRng, type Rng } from '../../src/base';
import { createFeatureExtractor, loopNestSchema } from '../../src/features';
import type { ProgramSource } from '../../src/program';
import { loadFixture } from '../support/fixtures';

const numbers = ['0', '1', '2', '3', '7', '48', '1000000', `${2 ** 40}`, '999999999999'];

/** The steps with one to three of their numbers replaced. */
function mutated(source: ProgramSource, rng: Rng): ProgramSource {
  let steps = source.transformSteps;
  for (let count = 1 + rng.nextInt(3); count > 0; count--) {
    const found = [...steps.matchAll(/\d+/g)];
    const chosen = found[rng.nextInt(found.length)] as RegExpExecArray;
    const end = chosen.index + chosen[0].length;
    const number = numbers[rng.nextInt(numbers.length)] as string;
    steps = steps.slice(0, chosen.index) + number + steps.slice(end);
  }
  return { loopNest: '', transformSteps: steps };
}

it.each(['conv2d-cpu', 'softmax-cpu', 'winograd-cpu', 'conv2d-cuda', 'layer-norm-cuda'])(
  'programs of %s with mutated steps get a reason, or finite features',
  (name) => {
    const { task, programs } = loadFixture(name);
    const rng = createRng(11);
    const sources = Array.from({ length: 400 }, (_, i) =>
      mutated(programs[i % programs.length] as ProgramSource, rng),
    );
    const batch = createFeatureExtractor(task).extractBatch(sources);
    const width = loopNestSchema.leaf.length;
    let read = 0;
    sources.forEach(({ transformSteps }, i) => {
      const failure = batch.failures.get(i);
      if (failure !== undefined) {
        expect(failure.reason).not.toBe('');
        return;
      }
      read += 1;
      const [first, end] = [batch.firstLeaf[i] as number, batch.firstLeaf[i + 1] as number];
      const values = batch.leaves.subarray(first * width, end * width);
      const unsound = loopNestSchema.leaf.filter((_, column) =>
        values.some((value, at) => at % width === column && !(value >= 0 && value < 1e6)),
      );
      expect([transformSteps, unsound]).toEqual([transformSteps, []]);
      expect(batch.estimateSeconds[i]).toBeGreaterThan(0);
      expect(batch.estimateSeconds[i]).toBeLessThan(Number.POSITIVE_INFINITY);
    });
    expect(read).toBeGreaterThan(20);
    expect(read).toBeLessThan(sources.length);
  },
);
