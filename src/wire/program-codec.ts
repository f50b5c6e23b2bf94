import { Code, invalidArgument, PredictorError } from '../errors';
import {
  decodeLoweredRows,
  encodeLoweredRows,
  LOWERED_ROW_BYTES,
  type ProgramSource,
} from '../program';
import type { ProgramInput, Program as ProgramMessage } from './gen/cdmpp/v1/Program';
import { assertTextBytes, MAX_LOWERED_ROWS } from './limits';

/**
 * INVALID_ARGUMENT where both texts are empty or lowered features are no whole
 * rows of finite numbers, RESOURCE_EXHAUSTED where something is too long. What
 * it all says is not read here.
 */
export function decodeProgram(field: string, message: ProgramMessage): ProgramSource {
  const { loopNest, transformSteps, loweredFeatures } = message;
  if (loopNest === '' && transformSteps === '') {
    throw invalidArgument(`${field} has neither loop_nest nor transform_steps; one is required`);
  }
  assertTextBytes(`${field}.loop_nest`, loopNest);
  assertTextBytes(`${field}.transform_steps`, transformSteps);
  // Absent and empty mean different things: only what was sent is set.
  if (loweredFeatures === undefined) return Object.freeze({ loopNest, transformSteps });
  return Object.freeze({
    loopNest,
    transformSteps,
    loweredFeatures: decodeRows(`${field}.lowered_features`, loweredFeatures),
  });
}

export function encodeProgram(program: ProgramSource): ProgramInput {
  const { loopNest, transformSteps, loweredFeatures } = program;
  if (loweredFeatures === undefined) return { loopNest, transformSteps };
  return { loopNest, transformSteps, loweredFeatures: encodeLoweredRows(loweredFeatures) };
}

function decodeRows(field: string, bytes: Uint8Array): Float32Array {
  const rows = Math.ceil(bytes.byteLength / LOWERED_ROW_BYTES);
  if (rows > MAX_LOWERED_ROWS) {
    throw new PredictorError(
      Code.ResourceExhausted,
      `${field} has ${rows} rows; at most ${MAX_LOWERED_ROWS} are allowed`,
    );
  }
  return decodeLoweredRows(field, bytes);
}
