import type { Log } from '../base';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact, ProgramBatch, TaskRecord } from '../predictor';
import { measuredLatencySeconds, TARGET_KINDS, type TargetKind, targetKind } from '../program';
import type { RecordStore } from '../store';
import type { TrainingState } from './cost-model-service';
import type { ModelLines } from './model-lines';
import type { ModelRepository } from './model-repository';
import type { SequenceByKind } from './sequence-by-kind';
import type { TrainingEngine, TrainingResult } from './training-engine';

export interface TrainServiceOptions {
  readonly store: RecordStore;
  readonly lines: ModelLines;
  readonly engine: TrainingEngine;
  readonly log: Log;
  /** Name of the predictor that learns, in the registry. */
  readonly predictor: string;
  /** Added to the number of the version that a training makes. */
  readonly seed: number;
  /** True: nothing is learned. */
  readonly frozen: boolean;
  /** Newest sequences in the store. */
  readonly lastSequences: SequenceByKind;
}

/** Records of one message to the engine: some megabytes. */
const RECORDS_PER_PAGE = 512;
/** Programs that a new version is tried on before it serves. */
const PROBE_PROGRAMS = 64;

/**
 * Learns on line: at most one training under way, each of one line, of all
 * records in the store that are of its kind, from the line's newest weights;
 * what comes in meanwhile leads to one further training right after it. A line
 * without new records is left as it is.
 *
 * A training that fails leaves its line's newest version in place, keeps no
 * other line from learning, and is tried again at the next report. Records
 * among which nothing is valid are no failure: the service waits for more.
 */
export class TrainService {
  readonly #options: TrainServiceOptions;
  /** Newest sequence that somebody wants learned. */
  #wanted = 0;
  /** Up to this sequence it is known which kind of task each record is of. */
  #seenThrough: number;
  /** Newest sequence of each kind, as far as seen. */
  readonly #lastOf: Record<TargetKind, number>;
  /** Up to this sequence there was nothing to learn from. */
  readonly #barrenThrough: Record<TargetKind, number> = { cpu: 0, gpu: 0 };
  readonly #sawValidRecord = new Set<TargetKind>();
  /** Why the last training of a line failed. */
  readonly #failures = new Map<TargetKind, string>();
  #run: Promise<void> | undefined;
  #lastTrained: TargetKind | undefined;
  #totalTrainingSeconds = 0;
  #disposed = false;

  constructor(options: TrainServiceOptions) {
    this.#options = Object.freeze({ ...options });
    this.#lastOf = { ...options.lastSequences };
    this.#seenThrough = Math.max(...Object.values(options.lastSequences));
  }

  /** Phase and target are the trainer's, the failure is of one line. */
  stateOf(kind: TargetKind): TrainingState {
    const lastFailure = this.#failures.get(kind) ?? '';
    if (this.#options.frozen) return { phase: 'frozen', targetSequence: 0, lastFailure };
    const running = this.#run !== undefined;
    return {
      phase: running ? 'running' : 'idle',
      targetSequence: running ? this.#wanted : 0,
      lastFailure,
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
    if (this.#wanted <= this.#seenThrough && this.#pending().length === 0) return;
    this.#run = this.#trainUntilDone().then((isFed) => {
      this.#run = undefined;
      if (!isFed) return;
      // A report may have come between the last look and now.
      const untried = this.#pending().some((kind) => !this.#failures.has(kind));
      if (this.#wanted > this.#seenThrough || untried) this.learnThrough(this.#wanted);
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

  /** Kinds with records that their line has not learned from. */
  #pending(): readonly TargetKind[] {
    return TARGET_KINDS.filter((kind) => {
      const learned = this.#learnedThrough(this.#options.lines.of(kind));
      return this.#lastOf[kind] > Math.max(learned, this.#barrenThrough[kind]);
    });
  }

  /** Nothing where another predictor has learned it: that one's knowledge is of no use here. */
  #learnedThrough(line: ModelRepository): number {
    if (!line.hasNewest) return 0;
    const { predictor, trainedThroughSequence } = line.newest.description;
    return predictor === this.#options.predictor ? trainedThroughSequence : 0;
  }

  /** False where the trainer could not be given the records; never rejects. */
  async #trainUntilDone(): Promise<boolean> {
    const failures = new Map<TargetKind, string>();
    let isFed = true;
    try {
      while (!this.#disposed) {
        await this.#feed();
        const kind = this.#next(failures);
        if (kind === undefined) break;
        await this.#train(kind).catch((thrown: unknown) => {
          failures.set(kind, this.#failed(thrown, kind));
        });
      }
    } catch (thrown) {
      isFed = false;
      const reason = this.#failed(thrown);
      for (const kind of TARGET_KINDS) failures.set(kind, reason);
    }
    if (this.#disposed) return false;
    this.#failures.clear();
    for (const [kind, reason] of failures) this.#failures.set(kind, reason);
    return isFed;
  }

  /** In turns, so that no line waits for the other's last record. */
  #next(failures: ReadonlyMap<TargetKind, string>): TargetKind | undefined {
    const pending = this.#pending().filter((kind) => !failures.has(kind));
    return pending.find((kind) => kind !== this.#lastTrained) ?? pending[0];
  }

  #failed(thrown: unknown, kind?: TargetKind): string {
    const reason = PredictorError.from(thrown).message;
    if (!this.#disposed) this.#options.log.error('training:failed', { kind, reason });
    return reason;
  }

  async #train(kind: TargetKind): Promise<void> {
    const { lines, engine, predictor, store, log } = this.#options;
    const line = lines.of(kind);
    this.#lastTrained = kind;
    const newest = versionOf(line);
    const base = line.baseFor(predictor);
    const through = engine.heldThrough;
    const startFrom =
      base === undefined
        ? undefined
        : await line.export({ name: base.name, version: base.version, pinned: true });
    log.info('training:started', { model: line.name, through, from: base?.version });
    const result = await this.#fit(line, startFrom);
    if (result === undefined) {
      this.#barrenThrough[kind] = through;
      log.info('training:nothing-to-learn', { model: line.name, through });
      return;
    }
    this.#totalTrainingSeconds += result.summary.trainingSeconds;
    if (versionOf(line) !== newest) {
      // Somebody put another model in place meanwhile: what was learned continues the old one.
      log.info('training:superseded', { model: line.name, from: newest, by: versionOf(line) });
      return;
    }
    const recent = await store.read(Math.max(0, through - PROBE_PROGRAMS), PROBE_PROGRAMS);
    await line.publish(predictor, result.artifact, through, probeOf(recent, kind));
  }

  /** Undefined where no record is a valid measurement. */
  async #fit(
    line: ModelRepository,
    startFrom: ModelArtifact | undefined,
  ): Promise<TrainingResult | undefined> {
    const { engine, predictor, seed, log } = this.#options;
    try {
      return await engine.fit({
        predictor,
        seed: seed + line.nextVersion,
        targetKind: line.targetKind,
        startFrom,
        onProgress: (progress) => log.debug('training:step', { ...progress }),
      });
    } catch (thrown) {
      // The code alone does not tell: a missing native library has it too.
      const barren = PredictorError.from(thrown).code === Code.FailedPrecondition;
      if (barren && !this.#sawValidRecord.has(line.targetKind)) return undefined;
      throw thrown;
    }
  }

  /** Gives the engine what it lacks, and sees of which kinds it is. */
  async #feed(): Promise<void> {
    const { store, engine } = this.#options;
    const wanted = this.#wanted;
    for (;;) {
      const page = await store.read(engine.heldThrough, RECORDS_PER_PAGE);
      if (page.length === 0) break;
      await engine.add(page);
      for (const { task, record, sequence } of page) {
        const kind = targetKind(task);
        this.#lastOf[kind] = Math.max(this.#lastOf[kind], sequence);
        if (measuredLatencySeconds(record) !== undefined) this.#sawValidRecord.add(kind);
      }
    }
    this.#wanted = Math.max(this.#wanted, engine.heldThrough);
    // What was wanted or known and is not there was pruned.
    this.#seenThrough = Math.max(this.#seenThrough, engine.heldThrough, wanted);
    for (const kind of TARGET_KINDS) {
      this.#lastOf[kind] = Math.min(this.#lastOf[kind], engine.heldThrough);
    }
  }
}

function versionOf(line: ModelRepository): number | undefined {
  return line.hasNewest ? line.newest.version : undefined;
}

/** The programs of the newest record's task among those of a kind; undefined where there are none. */
export function probeOf(
  records: readonly TaskRecord[],
  kind: TargetKind,
): ProgramBatch | undefined {
  const ofKind = records.filter((record) => targetKind(record.task) === kind);
  const task = ofKind.at(-1)?.task;
  if (task === undefined) return undefined;
  const programs = ofKind
    .filter((record) => record.task.id === task.id)
    .map(({ record }) => record.program);
  return { task, programs };
}
