import { Code, invalidArgument, PredictorError } from '../errors';

/**
 * Bytes of one message. Weights of a large predictor and a call of 4,096
 * programs of average length both fit four times over.
 */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Programs or records of one call or chunk: twice the population of a search. */
export const MAX_ITEMS = 4096;

/** Bytes of one text in UTF-8; the longest loop nest of a real search is below 40 KiB. */
export const MAX_TEXT_BYTES = 256 * 1024;

/** Rows of a program's lowered features, one for each stored buffer; real programs have below 20. */
export const MAX_LOWERED_ROWS = 256;

/** Bytes of one record line, which holds steps, task and result together. */
export const MAX_RECORD_LINE_BYTES = 2 * MAX_TEXT_BYTES;

/** Bytes of a name, a key or a tuner id. */
export const MAX_NAME_BYTES = 1024;

/** Bytes of a compiler's message that are kept; the rest says nothing new. */
export const MAX_ERROR_MESSAGE_BYTES = 64 * 1024;

/** Levels of one expression. A task is 4 levels above it and protobuf readers stop at 100. */
export const MAX_EXPRESSION_DEPTH = 96;

/** Nodes of all expressions of a stage. */
export const MAX_STAGE_NODES = 65_536;

/** RESOURCE_EXHAUSTED, as connect-es has it for size limits, with field, value and bound. */
export function assertItemCount(field: string, count: number): void {
  if (count > MAX_ITEMS) {
    throw new PredictorError(
      Code.ResourceExhausted,
      `${field} has ${count} entries; at most ${MAX_ITEMS} are allowed: split the call`,
    );
  }
}

/** RESOURCE_EXHAUSTED where `text` is longer than `maxBytes` in UTF-8. */
export function assertTextBytes(field: string, text: string, maxBytes = MAX_TEXT_BYTES): void {
  // A UTF-16 unit is at most 3 bytes of UTF-8: most texts need not be measured.
  if (text.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > maxBytes) {
    throw new PredictorError(
      Code.ResourceExhausted,
      `${field} has ${bytes} bytes; at most ${maxBytes} are allowed`,
    );
  }
}

/** INVALID_ARGUMENT where `text` is empty. */
export function assertNotEmpty(field: string, text: string): void {
  if (text === '') throw invalidArgument(`${field} is empty; it is required`);
}
