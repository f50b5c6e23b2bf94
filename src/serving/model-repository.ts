import type { Clock, Log } from '../base';
import { Code, internalError, PredictorError } from '../errors';
import type { ModelArtifact, PredictorDescription, ProgramBatch } from '../predictor';
import type { TargetKind } from '../program';
import { type CheckpointFacts, type CheckpointStore, KEPT_VERSIONS } from '../store';
import { withTargetKind } from './artifact-facts';
import type { ModelRef } from './cost-model-service';
import type { InferenceEngine, ModelSource } from './inference-engine';
import { type ShippedModel, unusableShippedModel } from './shipped-model';
import { soundPredictions } from './sound-predictions';

export interface ModelRepositoryOptions {
  /** Of the line. */
  readonly name: string;
  /** What the line's models are for. */
  readonly targetKind: TargetKind;
  /** Predictor of version 0 where there is no shipped model; it needs no training. */
  readonly estimator: string;
  /** Version 0. Default: none, the estimate is. */
  readonly shipped?: ShippedModel | undefined;
  readonly engine: InferenceEngine;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told the key of each version that is unloaded. Default: nobody. */
  readonly onUnload?: (key: string) => void;
}

/** A version in use: it stays loaded until `release`. */
export interface ModelLease {
  readonly facts: CheckpointFacts;
  /** Under which the inference engine knows it. */
  readonly key: string;
  release(): void;
}

interface KnownModel {
  readonly facts: CheckpointFacts;
  readonly key: string;
  leases: number;
  /** Resolves when the engine has it; undefined: not loaded. */
  loaded: Promise<void> | undefined;
}

/**
 * One line of versions, and which is the newest.
 *
 * Version 0 is the shipped model, or the analytical estimate where none is: the
 * newest until something was learned, reached afterwards only by who asks for
 * exactly it. Versions from 1 on are trained or imported, are on disk before
 * they serve, and the last 8 are kept; of those, whatever was not used since
 * the start is loaded when asked for.
 * A version is never unloaded under a call that leased it.
 */
export class ModelRepository {
  readonly #options: ModelRepositoryOptions;
  readonly #models = new Map<number, KnownModel>();
  #newest: KnownModel | undefined;
  #nextVersion = 1;
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(options: ModelRepositoryOptions) {
    this.#options = Object.freeze({ ...options });
  }

  /**
   * Loads version 0 and the newest good checkpoint, which then is the newest.
   * Where there were checkpoints and none is good there is no newest: neither the
   * estimate nor what was shipped may stand in for what was learned here.
   *
   * @param lastSequence of the record store: what a checkpoint claims to have
   *   learned beyond it was another store's.
   */
  async start(lastSequence: number, probe: ProgramBatch | undefined): Promise<void> {
    const { name, checkpoints } = this.#options;
    const first = await this.#loadFirst(probe);
    const versions = await checkpoints.versions(name);
    this.#nextVersion = (versions.at(-1) ?? 0) + 1;
    for await (const { artifact, ...found } of checkpoints.newestFirst(name)) {
      const facts = withSequenceBound(found, lastSequence);
      if (this.#newest === undefined) {
        try {
          const { predictor } = facts.description;
          await this.#loadChecked(facts.version, { predictor, artifact }, probe);
        } catch (thrown) {
          const { message } = PredictorError.from(thrown);
          this.#options.log.error('model:skipped', { version: facts.version, reason: message });
          continue;
        }
        this.#newest = this.#add(facts, Promise.resolve());
      } else {
        this.#add(facts, undefined);
      }
    }
    if (versions.length === 0) this.#newest = first;
  }

  get name(): string {
    return this.#options.name;
  }

  get targetKind(): TargetKind {
    return this.#options.targetKind;
  }

  /** UNAVAILABLE while none of the checkpoints is good and nothing was trained since. */
  get newest(): CheckpointFacts {
    return this.#requireNewest().facts;
  }

  get hasNewest(): boolean {
    return this.#newest !== undefined;
  }

  /**
   * What a training of this predictor goes on from: the newest version where that is its own, else
   * the shipped one. Undefined where there are no such weights.
   */
  baseFor(predictor: string): CheckpointFacts | undefined {
    return [this.#newest, this.#models.get(0)]
      .flatMap((model) => model?.facts ?? [])
      .find((facts) => this.#hasWeights(facts) && facts.description.predictor === predictor);
  }

  /** The number that the next published version gets. */
  get nextVersion(): number {
    return this.#nextVersion;
  }

  /** Ascending; the estimate only while it is the newest. */
  list(): readonly CheckpointFacts[] {
    return [...this.#models.values()]
      .filter((model) => this.#hasWeights(model.facts) || model === this.#newest)
      .map((model) => model.facts)
      .sort((a, b) => a.version - b.version);
  }

  /**
   * What is known of a version, whatever name the reference has. Version 0 is the newest unless
   * `pinned`. NOT_FOUND, with the versions there are, for one that is not kept.
   */
  find(ref: ModelRef): CheckpointFacts {
    return this.#resolve(ref).facts;
  }

  /** Resolves at once for a version that is loaded. Errors as `find`. */
  async lease(ref: ModelRef): Promise<ModelLease> {
    const model = this.#resolve(ref);
    model.leases += 1;
    let held = true;
    const release = (): void => {
      if (held) model.leases -= 1;
      held = false;
      this.#retire();
    };
    try {
      model.loaded ??= this.#loadFromDisk(model);
      await model.loaded;
    } catch (thrown) {
      model.loaded = undefined;
      release();
      throw thrown;
    }
    return Object.freeze({ facts: model.facts, key: model.key, release });
  }

  /** FAILED_PRECONDITION for the estimate, which has no weights; else as `find`. */
  async export(ref: ModelRef): Promise<ModelArtifact> {
    const facts = this.find(ref);
    const { version } = facts;
    if (!this.#hasWeights(facts)) {
      throw new PredictorError(
        Code.FailedPrecondition,
        `model "${this.#options.name}" version 0 is the analytical estimate: there are no weights to export`,
      );
    }
    const { shipped, targetKind } = this.#options;
    if (version === 0 && shipped !== undefined) return withTargetKind(shipped.artifact, targetKind);
    return (await this.#options.checkpoints.load(this.#options.name, version)).artifact;
  }

  /**
   * Makes an artifact the next version and the newest, its card saying what it is for:
   * loaded, tried on `probe`, written to disk, and then put in place between two calls.
   * Where any of it fails the old version stays, and the error is thrown.
   *
   * @param trainedThroughSequence newest sequence of this server's store that it
   *   has learned from; 0 for what was trained elsewhere.
   */
  publish(
    predictor: string,
    trained: ModelArtifact,
    trainedThroughSequence: number,
    probe: ProgramBatch | undefined,
  ): Promise<CheckpointFacts> {
    const result = this.#publishing.then(async () => {
      const { name, targetKind, clock, checkpoints, engine, log } = this.#options;
      const version = this.#nextVersion;
      const artifact = withTargetKind(trained, targetKind);
      const found = await this.#loadChecked(version, { predictor, artifact }, probe);
      const facts: CheckpointFacts = Object.freeze({
        name,
        version,
        createdSeconds: clock.wallSeconds(),
        description: Object.freeze({ ...found, trainedThroughSequence }),
      });
      try {
        await checkpoints.save({ ...facts, artifact });
      } catch (thrown) {
        await engine.unload(this.#keyOf(version));
        throw thrown;
      }
      this.#nextVersion += 1;
      this.#newest = this.#add(facts, Promise.resolve());
      log.info('model:published', { name, version, trainedOn: found.trainedOn });
      this.#retire();
      return facts;
    });
    this.#publishing = result.catch(() => undefined);
    return result;
  }

  /** Version 0. */
  async #loadFirst(probe: ProgramBatch | undefined): Promise<KnownModel> {
    const { name, estimator, shipped, engine, clock } = this.#options;
    const found =
      shipped === undefined
        ? await engine.load(this.#keyOf(0), { predictor: estimator, artifact: undefined })
        : await this.#loadShipped(shipped, probe);
    // Trained elsewhere: nothing of this store is in it.
    const description = Object.freeze({ ...found, trainedThroughSequence: 0 });
    const facts = { name, version: 0, createdSeconds: clock.wallSeconds(), description };
    return this.#add(Object.freeze(facts), Promise.resolve());
  }

  async #loadShipped(
    { folder, ...source }: ShippedModel,
    probe: ProgramBatch | undefined,
  ): Promise<PredictorDescription> {
    try {
      return await this.#loadChecked(0, source, probe);
    } catch (thrown) {
      throw unusableShippedModel(folder, thrown);
    }
  }

  async #loadFromDisk({ facts }: KnownModel): Promise<void> {
    const { name, checkpoints } = this.#options;
    const { artifact } = await checkpoints.load(name, facts.version);
    const { predictor } = facts.description;
    await this.#loadChecked(facts.version, { predictor, artifact }, undefined);
  }

  /** Loads into the engine and answers the probe once: warm, and known to give numbers. */
  async #loadChecked(
    version: number,
    source: ModelSource,
    probe: ProgramBatch | undefined,
  ): Promise<PredictorDescription> {
    const { engine } = this.#options;
    const key = this.#keyOf(version);
    const found = await engine.load(key, source);
    if (probe === undefined) return found;
    try {
      const answers = soundPredictions(await engine.predict(key, probe));
      const broken = answers.find((answer) => !answer.ok && answer.code === Code.Internal);
      if (broken !== undefined && !broken.ok)
        throw internalError(`version ${version}: ${broken.reason}`);
      return found;
    } catch (thrown) {
      await engine.unload(key);
      throw thrown;
    }
  }

  #add(facts: CheckpointFacts, loaded: Promise<void> | undefined): KnownModel {
    const model = { facts, key: this.#keyOf(facts.version), leases: 0, loaded };
    this.#models.set(facts.version, model);
    return model;
  }

  /** Forgets versions beyond those kept, once nobody uses them. */
  #retire(): void {
    const versions = [...this.#models.keys()].filter((version) => version > 0);
    const surplus = versions.sort((a, b) => b - a).slice(KEPT_VERSIONS);
    for (const version of surplus) {
      const model = this.#models.get(version) as KnownModel;
      if (model.leases > 0) continue;
      this.#models.delete(version);
      if (model.loaded === undefined) continue;
      this.#options.onUnload?.(model.key);
      this.#options.engine.unload(model.key).catch((thrown: unknown) => {
        this.#options.log.warn('model:unload-failed', { version, reason: String(thrown) });
      });
    }
  }

  #hasWeights({ version }: CheckpointFacts): boolean {
    return version > 0 || this.#options.shipped !== undefined;
  }

  #resolve({ version, pinned }: ModelRef): KnownModel {
    if (version === 0 && pinned !== true) return this.#requireNewest();
    const model = this.#models.get(version);
    if (model !== undefined) return model;
    const kept = this.list().map((facts) => facts.version);
    throw new PredictorError(
      Code.NotFound,
      `model "${this.#options.name}" version ${version} is not kept; kept are ${kept.join(', ') || 'none'}`,
    );
  }

  #requireNewest(): KnownModel {
    if (this.#newest !== undefined) return this.#newest;
    throw new PredictorError(
      Code.Unavailable,
      `model "${this.#options.name}": no checkpoint is good, and the training that replaces them is not over`,
    );
  }

  #keyOf(version: number): string {
    return `${this.#options.name}@${version}`;
  }
}

function withSequenceBound(facts: CheckpointFacts, lastSequence: number): CheckpointFacts {
  const { trainedThroughSequence } = facts.description;
  const bounded = Math.min(trainedThroughSequence, lastSequence);
  const description = { ...facts.description, trainedThroughSequence: bounded };
  return Object.freeze({ ...facts, description });
}
