import { basename } from 'node:path';
import { Code, PredictorError } from '../errors';

/** DATA_LOSS: a file of a dataset is not what it was written as. */
export function datasetError(path: string, what: string, cause?: unknown): PredictorError {
  return new PredictorError(
    Code.DataLoss,
    `dataset file "${basename(path)}": ${what}; take the dataset from its source again`,
    { cause, details: { path } },
  );
}
