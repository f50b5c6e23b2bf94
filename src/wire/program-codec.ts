import { invalidArgument } from '../errors';
import type { ProgramSource } from '../program';
import type { ProgramInput, Program as ProgramMessage } from './gen/cdmpp/v1/Program';
import { assertTextBytes } from './limits';

/**
 * INVALID_ARGUMENT where both texts are empty, RESOURCE_EXHAUSTED where one is
 * too long. What they say is not read here.
 */
export function decodeProgram(field: string, message: ProgramMessage): ProgramSource {
  const { loopNest, transformSteps } = message;
  if (loopNest === '' && transformSteps === '') {
    throw invalidArgument(`${field} has neither loop_nest nor transform_steps; one is required`);
  }
  assertTextBytes(`${field}.loop_nest`, loopNest);
  assertTextBytes(`${field}.transform_steps`, transformSteps);
  return Object.freeze({ loopNest, transformSteps });
}

export function encodeProgram(program: ProgramSource): ProgramInput {
  return { loopNest: program.loopNest, transformSteps: program.transformSteps };
}
