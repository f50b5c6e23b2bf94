import { readFile, rm } from 'node:fs/promises';
import { replaceFile } from '../base';
import { Code, PredictorError } from '../errors';
import {
  type CheckpointPort,
  decodeCheckpoint,
  encodeCheckpoint,
  type TrainingCheckpoint,
} from '../training';

/** Between two checkpoints: what a power cut costs at most. */
const EVERY_SECONDS = 60;

/** The checkpoint of a training as one file, whole or as it was before. */
export class CheckpointFile implements CheckpointPort {
  readonly path: string;
  readonly everySeconds: number;
  readonly #resumes: boolean;

  /** @param resumes false: what is there is written over, not gone on from */
  constructor(path: string, resumes: boolean, everySeconds = EVERY_SECONDS) {
    this.path = path;
    this.#resumes = resumes;
    this.everySeconds = everySeconds;
  }

  /** DATA_LOSS where the file is no checkpoint, NOT_FOUND where there is none to go on from. */
  async load(): Promise<TrainingCheckpoint | undefined> {
    if (!this.#resumes) return undefined;
    const bytes = await readFile(this.path).catch((thrown: NodeJS.ErrnoException) => {
      throw new PredictorError(
        Code.NotFound,
        `training checkpoint "${this.path}" cannot be read (${thrown.code}); begin anew without --resume`,
        { cause: thrown },
      );
    });
    return decodeCheckpoint(bytes);
  }

  async save(checkpoint: TrainingCheckpoint): Promise<void> {
    await replaceFile(this.path, encodeCheckpoint(checkpoint));
  }

  /** Once it is of no more use. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
