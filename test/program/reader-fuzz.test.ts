/** Mutated programs: read or refused with INVALID_ARGUMENT, never anything else. */
import { createRng, type Rng } from '../../src/base';
import { Code, PredictorError } from '../../src/errors';
import { createProgramReader, type ProgramSource } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';

const mutationsPerProgram = 60;
const tokens = [
  '(',
  ')',
  ',',
  '0',
  '1',
  '99999999999',
  '-1',
  '[',
  ']',
  '"',
  '@',
  '.',
  '\n',
  '  ',
  'for',
  ' = ...',
  'null',
];

function mutate(text: string, rng: Rng): string {
  const at = rng.nextInt(text.length + 1);
  const length = rng.nextInt(12);
  switch (rng.nextInt(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + tokens[rng.nextInt(tokens.length)] + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(rng.nextInt(256)) + text.slice(at + 1);
    default: {
      const from = rng.nextInt(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + 40) + text.slice(at);
    }
  }
}

function outcome(read: (source: ProgramSource) => unknown, source: ProgramSource): string {
  try {
    read(source);
    return 'read';
  } catch (thrown) {
    if (thrown instanceof PredictorError && thrown.code === Code.InvalidArgument) return 'refused';
    throw thrown;
  }
}

it.each(fixtureNames)('survives mutations of %s', (name) => {
  const { task, programs } = loadFixture(name);
  const reader = createProgramReader(task);
  const rng = createRng(17);
  const outcomes = { read: 0, refused: 0 };
  for (const program of programs) {
    for (let i = 0; i < mutationsPerProgram; i++) {
      const inSteps = rng.next() < 0.5;
      const source = {
        loopNest: inSteps ? program.loopNest : mutate(program.loopNest, rng),
        transformSteps: inSteps ? mutate(program.transformSteps, rng) : program.transformSteps,
      };
      outcomes[outcome(reader.read, source) as 'read' | 'refused'] += 1;
    }
  }
  expect(outcomes.refused).toBeGreaterThan(0);
  expect(outcomes.read + outcomes.refused).toBe(programs.length * mutationsPerProgram);
});
