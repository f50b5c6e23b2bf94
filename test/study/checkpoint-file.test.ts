import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code } from '../../src/errors';
import { CheckpointFile } from '../../src/study/checkpoint-file';
import type { TrainingCheckpoint } from '../../src/training';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const vector = (value: number) => Float32Array.of(value, -value);
const checkpoint: TrainingCheckpoint = {
  identity: 'abc',
  step: 7,
  optimizer: {
    steps: 6,
    weights: vector(1),
    first: vector(2),
    second: vector(3),
    average: vector(4),
  },
  sampler: { passStart: [1, -2, 3, 4], taken: 2 },
  rng: [5, 6, 7, -8],
  best: {
    step: 5,
    figures: {
      objective: Number.POSITIVE_INFINITY,
      loss: Number.NaN,
      mapePercent: undefined,
      pairwiseAccuracy: undefined,
    },
    values: vector(5),
  },
  looksSince: 1,
  tally: {
    losses: [0.1, 0.2],
    lossesInPoints: 1,
    skippedSteps: 1,
    samples: 64,
    seconds: 2.5,
    stepSeconds: 1.5,
    history: [{ step: 5, loss: 0.1, learningRate: 1e-3, validation: undefined }],
  },
};

describe('CheckpointFile', () => {
  const folder = useTemporaryFolder();
  const pathOf = () => join(folder.path, 'model.checkpoint');

  it('should give back what it was given, and the last of it', async () => {
    const file = new CheckpointFile(pathOf(), true);
    await file.save({ ...checkpoint, step: 3, best: undefined });
    expect(await file.load()).toEqual({ ...checkpoint, step: 3, best: undefined });
    await file.save(checkpoint);
    expect(await file.load()).toEqual(checkpoint);
    await file.remove();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('should begin anew where it is not to go on', async () => {
    await new CheckpointFile(pathOf(), false).save(checkpoint);
    expect(await new CheckpointFile(pathOf(), false).load()).toBeUndefined();
  });

  it('should say that there is nothing to go on from', async () => {
    await expectError(
      () => new CheckpointFile(pathOf(), true).load(),
      Code.NotFound,
      /cannot be read \(ENOENT\); begin anew without --resume/,
    );
    await writeFile(pathOf(), 'no checkpoint');
    await expectError(() => new CheckpointFile(pathOf(), true).load(), Code.DataLoss, /remove it/);
  });
});
