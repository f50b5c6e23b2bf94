import { Code, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { TARGET_KINDS, type TargetKind, type Task, targetKind } from '../program';
import type { CheckpointFacts } from '../store';
import type { ModelRef } from './cost-model-service';
import type { ModelLease, ModelRepository } from './model-repository';

/** `cdmpp-cpu`, `cdmpp-gpu`. */
export function lineName(modelName: string, kind: TargetKind): string {
  return `${modelName}-${kind}`;
}

/**
 * The server's model: a line of versions for each kind of target, each learned from records of its
 * kind alone. A reference names a line; the model's own name, or none, means the line of the task
 * asked about, and where no task is, the line that learned last.
 */
export class ModelLines {
  readonly #modelName: string;
  readonly #lines: Readonly<Record<TargetKind, ModelRepository>>;

  constructor(modelName: string, lines: Readonly<Record<TargetKind, ModelRepository>>) {
    this.#modelName = modelName;
    this.#lines = lines;
  }

  get all(): readonly ModelRepository[] {
    return TARGET_KINDS.map((kind) => this.#lines[kind]);
  }

  of(kind: TargetKind): ModelRepository {
    return this.#lines[kind];
  }

  /** NOT_FOUND, with the names there are, for another model's name. */
  lineOf({ name }: Pick<ModelRef, 'name'>, task?: Task): ModelRepository {
    if (name === '' || name === this.#modelName) {
      return task === undefined ? this.#lastLearned() : this.of(targetKind(task));
    }
    const line = this.all.find((each) => each.name === name);
    if (line !== undefined) return line;
    const known = this.all.map((each) => `"${each.name}"`).join(' and ');
    throw new PredictorError(
      Code.NotFound,
      `model "${name}" is not known; this server has ${known}`,
    );
  }

  /** Of every line, its versions ascending. */
  list(): readonly CheckpointFacts[] {
    return this.all.flatMap((line) => line.list());
  }

  /** Errors as `lineOf` and `ModelRepository.find`; so for the next two. */
  find(ref: ModelRef, task?: Task): CheckpointFacts {
    return this.lineOf(ref, task).find(ref);
  }

  async lease(ref: ModelRef, task: Task): Promise<ModelLease> {
    return this.lineOf(ref, task).lease(ref);
  }

  async export(ref: ModelRef): Promise<ModelArtifact> {
    return this.lineOf(ref).export(ref);
  }

  /** The first line where nothing was learned yet. */
  #lastLearned(): ModelRepository {
    let last = this.#lines.cpu;
    let lastSeconds = Number.NEGATIVE_INFINITY;
    for (const line of this.all) {
      if (!line.hasNewest || line.newest.version === 0) continue;
      if (line.newest.createdSeconds <= lastSeconds) continue;
      last = line;
      lastSeconds = line.newest.createdSeconds;
    }
    return last;
  }
}
