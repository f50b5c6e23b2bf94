/** Raw predictions, kept: gzip JSON lines, one a program, from either rival. */
import { z } from 'zod';
import { Code, PredictorError } from '../errors';
import { readGzipLines, writeGzipLines } from './gzip-lines';

export interface PredictionLine {
  /** Of the manifest's line. */
  readonly sequence: number;
  /** Predicted latency; of a predictor that only ranks, anything that grows with it. */
  readonly seconds: number;
  /** Predicted standard deviation of ln(latency); 0: not told. */
  readonly deviation: number;
}

const lineSchema = z.object({
  sequence: z.int().positive(),
  seconds: z.number().positive(),
  deviation: z.number().nonnegative().default(0),
});

export async function writePredictions(
  path: string,
  lines: Iterable<PredictionLine>,
): Promise<void> {
  await writeGzipLines(path, lines);
}

/** By sequence. NOT_FOUND, or DATA_LOSS where a line is no prediction. */
export async function readPredictions(path: string): Promise<ReadonlyMap<number, PredictionLine>> {
  const lines = await readGzipLines(path);
  const predictions = lines.map((line, index) => {
    const parsed = lineSchema.safeParse(line);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    const where = `predictions "${path}" line ${index + 1}`;
    const what = `${issue.path.join('.') || 'it'}: ${issue.message}`;
    throw new PredictorError(Code.DataLoss, `${where}: ${what}; remove it and run again`);
  });
  return new Map(predictions.map((one) => [one.sequence, one]));
}
