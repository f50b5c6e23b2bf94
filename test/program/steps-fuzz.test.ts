/** Mutated transform steps without any text: a finite program, or INVALID_ARGUMENT, in bounded time and memory. */
import { createRng, type Rng } from '../../src/base';
import { Code, PredictorError } from '../../src/errors';
import { type CompactProgram, createProgramReader, limits } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';

const mutationsPerProgram = 80;

type Step = [string, ...unknown[]];

const wildNumbers = [-1, 0, 1, 2, 7, 63, 1024, 65_536, 2 ** 31, 2 ** 53 - 1, 2 ** 60, 1e300, 0.5];
const wildNames = ['', 'XX', 'SPLIT', 'sp', '__proto__', 'toString'];

function pick<T>(list: readonly T[], rng: Rng): T {
  return list[rng.nextInt(list.length)] as T;
}

/** Every number of a step: the places where one could stand, lists included. */
function numberPlaces(step: Step): { list: unknown[]; at: number }[] {
  return step.flatMap((item, at) => {
    if (Array.isArray(item)) return item.map((_, inner) => ({ list: item, at: inner }));
    return typeof item === 'number' ? [{ list: step, at }] : [];
  });
}

const mutations: readonly ((steps: Step[], rng: Rng) => unknown)[] = [
  // Truncated, and steps lost, doubled or out of order.
  (steps, rng) => steps.splice(rng.nextInt(steps.length)),
  (steps, rng) => steps.splice(rng.nextInt(steps.length), 1),
  (steps, rng) => steps.splice(rng.nextInt(steps.length), 0, structuredClone(pick(steps, rng))),
  (steps, rng) => steps.push(...steps.splice(rng.nextInt(steps.length), 1 + rng.nextInt(4))),
  (steps, rng) => {
    for (let i = 0; i < 40; i++) steps.push(...structuredClone(steps.slice(-2 - rng.nextInt(2))));
  },
  // Numbers out of range, and swapped within a step or between two.
  (steps, rng) => {
    const place = pick(numberPlaces(pick(steps, rng)), rng);
    if (place !== undefined) place.list[place.at] = pick(wildNumbers, rng);
  },
  (steps, rng) => {
    const a = pick(numberPlaces(pick(steps, rng)), rng);
    const b = pick(numberPlaces(pick(steps, rng)), rng);
    if (a === undefined || b === undefined) return;
    [a.list[a.at], b.list[b.at]] = [b.list[b.at], a.list[a.at]];
  },
  // Huge splits everywhere, and long lists.
  (steps, rng) => {
    const huge = pick([1_000_003, 2 ** 31, 2 ** 53 - 1], rng);
    for (const step of steps) if (Array.isArray(step[4])) step[4] = step[4].map(() => huge);
  },
  (steps, rng) => {
    const lists = pick(steps, rng).filter(Array.isArray);
    for (const list of lists) for (let i = 0; i < 200; i++) list.push(i % 5);
  },
  // Names and forms that are none.
  (steps, rng) => {
    pick(steps, rng)[0] = pick(wildNames, rng);
  },
  (steps, rng) => {
    const step = pick(steps, rng);
    step[1 + rng.nextInt(step.length)] = pick([null, 'x', {}, [], [[1]], true], rng);
  },
  (steps, rng) => pick(steps, rng).splice(1, 1),
];

function mutated(text: string, rng: Rng): string {
  const steps = JSON.parse(text) as Step[];
  const count = 1 + rng.nextInt(3);
  for (let i = 0; i < count && steps.length > 0; i++) pick(mutations, rng)(steps, rng);
  return JSON.stringify(steps);
}

/** What a feature extractor relies on, whatever the steps were. */
function expectFinite(program: CompactProgram): void {
  const { loopCount, leafCount, spans } = program;
  const problems: string[] = [];
  for (let loop = 0; loop < loopCount; loop++) {
    const extent = program.loopExtent[loop] as number;
    if (!(extent >= 2 && extent <= Number.MAX_VALUE)) problems.push(`loop ${loop}: ${extent}`);
  }
  for (let run = 0; run < (program.loopFirstRun[loopCount] as number); run++) {
    const stride = program.runStride[run] as number;
    if (!(stride >= 1 && stride <= Number.MAX_VALUE)) problems.push(`run ${run}: ${stride}`);
  }
  for (let leaf = 0; leaf < leafCount; leaf++) {
    const levels =
      (program.leafFirstPath[leaf + 1] as number) - (program.leafFirstPath[leaf] as number);
    const axes = program.leaves[leaf]?.axisExtents.length as number;
    const first = program.leafFirstSpan[leaf] as number;
    for (const span of spans.subarray(first, first + (levels + 1) * axes)) {
      if (!(span >= 1 && span <= limits.maxExtent)) problems.push(`leaf ${leaf}: span ${span}`);
    }
  }
  expect(problems).toEqual([]);
}

it.each(fixtureNames)('survives mutated steps alone of %s', (name) => {
  const { task, programs } = loadFixture(name);
  const reader = createProgramReader(task);
  const rng = createRng(23);
  const outcomes = { read: 0, refused: 0 };
  for (const { transformSteps } of programs) {
    for (let i = 0; i < mutationsPerProgram; i++) {
      const text = mutated(transformSteps, rng);
      try {
        expectFinite(reader.read({ loopNest: '', transformSteps: text }));
        outcomes.read += 1;
      } catch (thrown) {
        if (!(thrown instanceof PredictorError && thrown.code === Code.InvalidArgument)) {
          throw new Error(`with the steps ${text}`, { cause: thrown });
        }
        outcomes.refused += 1;
      }
    }
    // What came before leaves no trace.
    expectFinite(reader.read({ loopNest: '', transformSteps }));
  }
  expect(outcomes.refused).toBeGreaterThan(0);
  expect(outcomes.read + outcomes.refused).toBe(programs.length * mutationsPerProgram);
});

it('keeps its columns bounded, whatever is read', () => {
  const { task, programs } = loadFixture('conv2d-cuda');
  const reader = createProgramReader(task);
  const rng = createRng(5);
  let longest = 0;
  for (let i = 0; i < 3000; i++) {
    const { transformSteps } = pick(programs, rng);
    try {
      const program = reader.read({ loopNest: '', transformSteps: mutated(transformSteps, rng) });
      longest = Math.max(
        longest,
        program.spans.length,
        program.runAxis.length,
        program.path.length,
      );
    } catch {
      // Refused: the test above looks at how.
    }
  }
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2 ** 20);
});
