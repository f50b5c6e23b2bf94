import type { Log } from '../base';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact, PredictorDescription, ProgramBatch, TaskRecord } from '../predictor';
import { measuredLatencySeconds } from '../program';
import type { CheckpointFacts, RecordStore } from '../store';
import type { TrainingState } from './cost-model-service';
import type { ModelRepository } from './model-repository';
import type { TrainingEngine, TrainingResult } from './training-engine';

export interface TrainServiceOptions {
  readonly store: RecordStore;
  readonly repository: ModelRepository;
  readonly engine: TrainingEngine;
  readonly log: Log;
  /** Name of the predictor that learns, in the registry. */
  readonly predictor: string;
  /** Added to the number of the version that a training makes. */
  readonly seed: number;
  /** True: nothing is learned. */
  readonly frozen: boolean;
}

/** Records of one message to the engine: some megabytes. */
const RECORDS_PER_PAGE = 512;
/** Programs that a new version is tried on before it serves. */
const PROBE_PROGRAMS = 64;

/**
 * Learns on line: at most one training under way, of all records in the store;
 * what comes in meanwhile leads to one further training right after it.
 *
 * A training that fails leaves the newest version in place and is tried again
 * at the next report. Records among which nothing is valid are no failure: the
 * service waits for more.
 */
export class TrainService {
  readonly #options: TrainServiceOptions;
  /** Newest sequence that somebody wants learned. */
  #wanted = 0;
  /** Up to this sequence there was nothing to learn from. */
  #barrenThrough = 0;
  #sawValidRecord = false;
  #run: Promise<void> | undefined;
  #lastFailure = '';
  #totalTrainingSeconds = 0;
  #disposed = false;

  constructor(options: TrainServiceOptions) {
    this.#options = Object.freeze({ ...options });
  }

  get state(): TrainingState {
    if (this.#options.frozen) {
      return { phase: 'frozen', targetSequence: 0, lastFailure: this.#lastFailure };
    }
    const running = this.#run !== undefined;
    return {
      phase: running ? 'running' : 'idle',
      targetSequence: running ? this.#wanted : 0,
      lastFailure: this.#lastFailure,
    };
  }

  /** Of all versions that this process has trained. */
  get totalTrainingSeconds(): number {
    return this.#totalTrainingSeconds;
  }

  /** Sees to it that the records up to this sequence are learned; returns at once. */
  learnThrough(sequence: number): void {
    this.#wanted = Math.max(this.#wanted, sequence);
    if (this.#options.frozen || this.#disposed || this.#run !== undefined) return;
    if (!this.#hasMore()) return;
    this.#run = this.#trainUntilDone().finally(() => {
      this.#run = undefined;
      // A report may have come between the last look and now.
      if (this.#lastFailure === '') this.learnThrough(this.#wanted);
    });
  }

  /** Resolves when no training is under way or waiting. */
  async idle(): Promise<void> {
    while (this.#run !== undefined) await this.#run;
  }

  /** Ends a training under way; the records are in the store and wait for the next start. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#options.engine.dispose();
    await this.idle();
  }

  #hasMore(): boolean {
    const { repository } = this.#options;
    const learned = repository.hasNewest ? this.#learnedThrough(repository.newest) : 0;
    return this.#wanted > Math.max(learned, this.#barrenThrough);
  }

  /** Nothing where another predictor has learned it: that one's knowledge is of no use here. */
  #learnedThrough({ description }: CheckpointFacts): number {
    return this.#continues(description) ? description.trainedThroughSequence : 0;
  }

  #continues({ predictor }: PredictorDescription): boolean {
    return predictor === this.#options.predictor;
  }

  async #trainUntilDone(): Promise<void> {
    try {
      while (!this.#disposed && this.#hasMore()) await this.#train();
      this.#lastFailure = '';
    } catch (thrown) {
      if (this.#disposed) return;
      this.#lastFailure = PredictorError.from(thrown).message;
      this.#options.log.error('training:failed', { reason: this.#lastFailure });
    }
  }

  async #train(): Promise<void> {
    const { repository, engine, predictor, log } = this.#options;
    const base = repository.hasNewest ? repository.newest : undefined;
    const recent = await this.#feed();
    const through = engine.heldThrough;
    this.#wanted = Math.max(this.#wanted, through);
    const startFrom =
      base === undefined || base.version === 0 || !this.#continues(base.description)
        ? undefined
        : await repository.export({ name: base.name, version: base.version });
    log.info('training:started', { through, from: base?.version ?? 0 });
    const result = await this.#fit(startFrom);
    if (result === undefined) {
      this.#barrenThrough = through;
      log.info('training:nothing-to-learn', { through });
      return;
    }
    this.#totalTrainingSeconds += result.summary.trainingSeconds;
    if (base !== undefined && repository.newest.version !== base.version) {
      // Somebody put another model in place meanwhile: what was learned continues the old one.
      log.info('training:superseded', { from: base.version, by: repository.newest.version });
      return;
    }
    await repository.publish(predictor, result.artifact, through, probeOf(recent));
  }

  /** Undefined where no record is a valid measurement. */
  async #fit(startFrom: ModelArtifact | undefined): Promise<TrainingResult | undefined> {
    const { repository, engine, predictor, seed, log } = this.#options;
    try {
      return await engine.fit({
        predictor,
        seed: seed + repository.nextVersion,
        startFrom,
        onProgress: (progress) => log.debug('training:step', { ...progress }),
      });
    } catch (thrown) {
      // The code alone does not tell: a missing native library has it too.
      const barren = PredictorError.from(thrown).code === Code.FailedPrecondition;
      if (barren && !this.#sawValidRecord) return undefined;
      throw thrown;
    }
  }

  /** Gives the engine what it lacks; returns the newest records. */
  async #feed(): Promise<readonly TaskRecord[]> {
    const { store, engine } = this.#options;
    for (;;) {
      const page = await store.read(engine.heldThrough, RECORDS_PER_PAGE);
      if (page.length === 0) break;
      await engine.add(page);
      this.#sawValidRecord ||= page.some(
        ({ record }) => measuredLatencySeconds(record) !== undefined,
      );
    }
    return store.read(Math.max(0, engine.heldThrough - PROBE_PROGRAMS), PROBE_PROGRAMS);
  }
}

/** The programs of the newest record's task among these; undefined where there are none. */
export function probeOf(records: readonly TaskRecord[]): ProgramBatch | undefined {
  const task = records.at(-1)?.task;
  if (task === undefined) return undefined;
  const programs = records
    .filter((record) => record.task.id === task.id)
    .map(({ record }) => record.program);
  return { task, programs };
}
