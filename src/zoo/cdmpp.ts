import type { Clock } from '../base';
import { Code, PredictorError } from '../errors';
import { type FeatureBatch, type FeatureSource, TaskFeaturesCache } from '../features';
import {
  deviceRow,
  LatencyModel,
  type LatencyModelConfig,
  type LeafSequence,
  layoutOf,
  logLatencySlope,
  type ModelSizes,
  toLogLatency,
  validateConfig,
  warmUp,
} from '../model';
import type {
  FitOptions,
  FitSummary,
  ModelArtifact,
  Prediction,
  Predictor,
  PredictorDescription,
  ProgramBatch,
  TaskRecord,
} from '../predictor';
import type { Tf } from '../tensor';
import {
  DEFAULT_SETTINGS,
  type Example,
  type TrainingSettings,
  train,
  type WarmStart,
  warmStart,
} from '../training';
import { decodeArtifact, encodeArtifact, type TrainingSummary } from './cdmpp-card';
import { ExampleCache } from './example-cache';

export interface CdmppOptions {
  /** Called at the first `fit` or `load`, not before: opening TensorFlow takes memory and time. */
  readonly openTensors: () => Tf;
  readonly features: FeatureSource;
  /** In the registry and on cards. Default `cdmpp`; one name for each feature set. */
  readonly name?: string;
  readonly clock: Clock;
  /** Default: those of the settings. */
  readonly sizes?: Partial<ModelSizes>;
  /** Default: those of the training room for learning while serving. */
  readonly settings?: TrainingSettings;
}

/** Tasks whose extractors are kept: a network has some tens of tasks. */
const CACHED_TASKS = 256;

/**
 * CDMPP (Hu et al., EuroSys 2024): a Transformer over the leaves of a program and
 * a device card, here with masked attention over any number of leaves and trained
 * on what an analytical estimate misses.
 */
export class CdmppPredictor implements Predictor {
  readonly #options: CdmppOptions;
  readonly #name: string;
  readonly #settings: TrainingSettings;
  /** Of a model that begins from nothing. */
  readonly #config: LatencyModelConfig;
  readonly #features: TaskFeaturesCache;
  readonly #examples: ExampleCache;
  #model: LatencyModel | undefined;
  #training: TrainingSummary | undefined;
  /** What `save` returns, once it was asked for. */
  #saved: { readonly artifact: ModelArtifact; readonly weightsSha256: string } | undefined;

  constructor(options: CdmppOptions) {
    const { schema } = options.features;
    this.#options = options;
    this.#name = options.name ?? 'cdmpp';
    this.#settings = options.settings ?? DEFAULT_SETTINGS;
    this.#config = validateConfig({
      ...this.#settings.model,
      ...options.sizes,
      leafWidth: schema.leaf.length,
      deviceWidth: schema.device.length,
      // A server meets its devices one by one: they are told apart by their cards.
      deviceNames: [],
    });
    this.#features = new TaskFeaturesCache(options.features, CACHED_TASKS);
    this.#examples = new ExampleCache(this.#features);
  }

  async describe(): Promise<PredictorDescription> {
    return {
      predictor: this.#name,
      featureSet: this.#options.features.featureSet,
      trainedOn: this.#training?.trainedOn ?? 0,
      trainedThroughSequence: this.#training?.trainedThroughSequence ?? 0,
      parameterCount: layoutOf(this.#model?.state.config ?? this.#config).parameterCount,
      trainingSeconds: this.#training?.trainingSeconds ?? 0,
      weightsSha256: this.#model === undefined ? '' : this.#artifact().weightsSha256,
    };
  }

  async prepare(): Promise<void> {
    warmUp(this.#options.openTensors(), this.#model?.state.config ?? this.#config);
  }

  /** FAILED_PRECONDITION where nothing was learned or loaded yet: noise must not pass for a prediction. */
  async predict({ task, programs }: ProgramBatch): Promise<readonly Prediction[]> {
    const model = this.#requireModel('predict');
    const { config, normalisation } = model.state;
    const { extractor, device, deviceName, logReference } = this.#features.get(task);
    const batch = extractor.extractBatch(programs);
    const answers: Prediction[] = new Array(programs.length);
    const places: number[] = [];
    for (let i = 0; i < programs.length; i++) {
      const failure = batch.failures.get(i);
      if (failure === undefined) places.push(i);
      else answers[i] = failure;
    }
    const readable = places.map((place) => leafSequence(batch, place));
    const input = { vector: device, row: deviceRow(config, deviceName) };
    const { means, deviations } = model.predict(readable, [input]);
    places.forEach((place, k) => {
      const label = means[k] as number;
      const logEstimate = Math.log(batch.estimateSeconds[place] as number);
      const analytical = { logEstimate, logReference };
      const latencySeconds = Math.exp(toLogLatency(normalisation.label, analytical, label));
      const logStandardDeviation =
        (deviations[k] as number) * logLatencySlope(normalisation.label, label);
      const sound = Number.isFinite(latencySeconds) && latencySeconds > 0;
      answers[place] =
        sound && Number.isFinite(logStandardDeviation)
          ? { ok: true, latencySeconds, logStandardDeviation }
          : UNUSABLE;
    });
    return answers;
  }

  async fit(records: readonly TaskRecord[], options: FitOptions): Promise<FitSummary> {
    const { examples, firstRefusal } = this.#examples.collect(records);
    if (examples.length === 0) {
      throw new PredictorError(
        Code.FailedPrecondition,
        `records: none of ${records.length} is a valid measurement of a readable program${firstRefusal && `; the first measured one: ${firstRefusal}`}`,
      );
    }
    const tf = this.#options.openTensors();
    const start = this.#startFrom(examples, options.seed);
    const result = await train(tf, {
      config: this.#config,
      examples,
      seed: options.seed,
      clock: this.#options.clock,
      settings: this.#settings,
      ...(start && { start: start.state, knownExamples: start.knownExamples }),
      ...(options.signal && { signal: options.signal }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
    const last = records.reduce((most, { sequence }) => Math.max(most, sequence), 0);
    this.#replace(new LatencyModel(tf, result.state), {
      trainedOn: examples.length,
      trainedThroughSequence: last,
      trainingSeconds: result.seconds,
      loss: result.loss,
      seed: options.seed,
      normalisedOn: start?.normalisedOn ?? examples.length,
    });
    return {
      trainedOn: examples.length,
      trainedThroughSequence: last,
      trainingSeconds: result.seconds,
      loss: result.loss,
    };
  }

  /** FAILED_PRECONDITION where there is nothing to save. */
  async save(): Promise<ModelArtifact> {
    this.#requireModel('save');
    return this.#artifact().artifact;
  }

  async load(artifact: ModelArtifact): Promise<void> {
    const { schema } = this.#options.features;
    const { state, training, weightsSha256 } = decodeArtifact(artifact, this.#name, schema);
    this.#replace(new LatencyModel(this.#options.openTensors(), state), training);
    // Not encoded anew only to be described: predict waits in the same thread.
    this.#saved = { artifact, weightsSha256 };
  }

  async dispose(): Promise<void> {
    this.#model?.dispose();
    this.#model = undefined;
    this.#training = undefined;
    this.#features.clear();
    this.#examples.clear();
  }

  #requireModel(wanted: string): LatencyModel {
    if (this.#model !== undefined) return this.#model;
    throw new PredictorError(
      Code.FailedPrecondition,
      `predictor "${this.#name}" has learned nothing yet: fit or load it before ${wanted}`,
    );
  }

  #startFrom(examples: readonly Example[], seed: number): WarmStart | undefined {
    if (this.#model === undefined || this.#training === undefined) return undefined;
    const { trainedOn, normalisedOn } = this.#training;
    const known = { state: this.#model.state, trainedOn, normalisedOn };
    return warmStart(known, examples, seed, this.#settings.warmStart);
  }

  #replace(model: LatencyModel, training: TrainingSummary): void {
    this.#model?.dispose();
    this.#model = model;
    this.#training = training;
    this.#saved = undefined;
  }

  #artifact(): { readonly artifact: ModelArtifact; readonly weightsSha256: string } {
    if (this.#saved === undefined) {
      const { state } = this.#requireModel('save');
      const training = this.#training as TrainingSummary;
      this.#saved = encodeArtifact(this.#name, this.#options.features.schema, state, training);
    }
    return this.#saved;
  }
}

/** A view of a program's rows in the batch. */
function leafSequence(batch: FeatureBatch, index: number): LeafSequence {
  const first = batch.firstLeaf[index] as number;
  const end = batch.firstLeaf[index + 1] as number;
  const width = batch.leaves.length / batch.positions.length;
  return {
    leafCount: end - first,
    leaves: batch.leaves.subarray(first * width, end * width),
    positions: batch.positions.subarray(first, end),
    depths: batch.depths.subarray(first, end),
  };
}

/** A program whose features are sound but whose latency came out as no number. */
const UNUSABLE: Prediction = Object.freeze({
  ok: false,
  failure: 'unreadable',
  code: Code.Internal,
  reason: 'internal: the model gave a latency that is not finite and positive',
});
