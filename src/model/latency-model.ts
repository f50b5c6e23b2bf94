import { inScope, readInScope, type Tensor, type Tensor1D, type Tf } from '../tensor';
import {
  allocateBatch,
  type DeviceInput,
  type LeafSequence,
  type PackedBatch,
  packBatch,
  planBatches,
  programsPerBatch,
} from './batch-shape';
import { type LatencyModelConfig, validateConfig } from './config';
import {
  type BatchTensors,
  createConstants,
  embedPrograms,
  forward,
  layoutOf,
  type ModelConstants,
  toTensors,
} from './forward';
import type { Normalisation } from './normalisation';
import { type ParameterLayout, type Parameters, splitParameters } from './parameters';

/** What a model knows: enough to build it again. */
export interface ModelState {
  readonly config: LatencyModelConfig;
  readonly normalisation: Normalisation;
  /** All weights, in the order of the layout. */
  readonly values: Float32Array;
}

/** Of the labels (`label-transform`), one entry a program. */
export interface LabelPredictions {
  readonly means: Float64Array;
  /** Positive: noise seen in training and disagreement of the decoders. */
  readonly deviations: Float64Array;
}

/** Programs of one step through the network: their places in the request, and their batch. */
interface FilledBatch {
  readonly indices: readonly number[];
  readonly packed: PackedBatch;
}

/** The range of log-variance that training allows too. */
export const LOG_VARIANCE_RANGE: readonly [number, number] = [-8, 4];

/**
 * A trained network, for prediction. Owns its tensors from construction to
 * `dispose`; weights do not change in between.
 */
export class LatencyModel {
  readonly #tf: Tf;
  readonly #ownedConstants: ModelConstants;
  readonly #ownedParameters: Parameters;
  /** One buffer for each bucket that was met; a batch is read before the next is packed. */
  readonly #workspaces = new Map<number, PackedBatch>();
  readonly layout: ParameterLayout;
  readonly state: ModelState;

  constructor(tf: Tf, state: ModelState) {
    this.#tf = tf;
    this.state = { ...state, config: validateConfig(state.config) };
    this.layout = layoutOf(state.config);
    this.#ownedConstants = createConstants(tf, state.config, state.normalisation);
    this.#ownedParameters = inScope(tf, 'loading weights', () =>
      splitParameters(tf, this.layout, tf.tensor1d(state.values) as Tensor1D),
    );
  }

  /**
   * One answer a program, in order. The same program on the same device gets the
   * same bits whatever stands beside it.
   *
   * @param devices of each program, or one for all of them
   */
  predict(programs: readonly LeafSequence[], devices: readonly DeviceInput[]): LabelPredictions {
    const means = new Float64Array(programs.length);
    const deviations = new Float64Array(programs.length);
    for (const { indices, packed } of this.#batchesOf(programs, devices)) {
      const raw = this.#read(packed, (batch) =>
        forward(this.#tf, this.state.config, this.#ownedParameters, this.#ownedConstants, batch),
      ); // [M, P, 2]
      indices.forEach((index, p) => {
        const { mean, deviation } = this.#combine(raw, p, packed.programCount);
        means[index] = mean;
        deviations[index] = deviation;
      });
    }
    return { means, deviations };
  }

  /** Where the network places each program, whatever it runs on: [programs, decoderWidth], row-major. */
  embed(programs: readonly LeafSequence[]): Float32Array {
    const { config } = this.state;
    const width = config.decoderWidth;
    const nowhere = { vector: new Float32Array(config.deviceWidth), row: 0 };
    const embeddings = new Float32Array(programs.length * width);
    for (const { indices, packed } of this.#batchesOf(programs, [nowhere])) {
      const raw = this.#read(packed, (batch) =>
        embedPrograms(this.#tf, config, this.#ownedParameters, this.#ownedConstants, batch),
      ); // [P, e]
      indices.forEach((index, p) => {
        embeddings.set(raw.subarray(p * width, (p + 1) * width), index * width);
      });
    }
    return embeddings;
  }

  dispose(): void {
    this.#tf.dispose({ ...this.#ownedConstants });
    this.#tf.dispose({ ...this.#ownedParameters });
    this.#workspaces.clear();
  }

  #workspaceOf(leafBucket: number): PackedBatch {
    let batch = this.#workspaces.get(leafBucket);
    if (batch === undefined) {
      batch = allocateBatch(this.state.config, programsPerBatch(leafBucket), leafBucket);
      this.#workspaces.set(leafBucket, batch);
    }
    return batch;
  }

  /** One batch after the other, in buffers that the next of its bucket overwrites. */
  *#batchesOf(
    programs: readonly LeafSequence[],
    devices: readonly DeviceInput[],
  ): Generator<FilledBatch> {
    for (const { leafBucket, indices } of planBatches(programs.map((p) => p.leafCount))) {
      const packed = this.#workspaceOf(leafBucket);
      packBatch(
        packed,
        indices.map((i) => programs[i] as LeafSequence),
        devices.length === 1 ? devices : indices.map((i) => devices[i] as DeviceInput),
      );
      yield { indices, packed };
    }
  }

  #read(packed: PackedBatch, compute: (batch: BatchTensors) => Tensor): Float32Array {
    const tf = this.#tf;
    return readInScope(tf, 'predicting', () => compute(toTensors(tf, this.state.config, packed)));
  }

  /** The mixture of the decoders' normals (Lakshminarayanan et al. 2017, section 2.4), unstandardised. */
  #combine(raw: Float32Array, p: number, programs: number): { mean: number; deviation: number } {
    const { config, normalisation } = this.state;
    let sum = 0;
    let squares = 0;
    let noise = 0;
    for (let m = 0; m < config.decoders; m++) {
      const at = (m * programs + p) * 2;
      const mean = raw[at] as number;
      const [least, most] = LOG_VARIANCE_RANGE;
      sum += mean;
      squares += mean * mean;
      noise += Math.exp(Math.min(most, Math.max(least, raw[at + 1] as number)));
    }
    const mean = sum / config.decoders;
    const variance = noise / config.decoders + Math.max(0, squares / config.decoders - mean * mean);
    const { targetMean, targetDeviation, residualShare } = normalisation;
    return {
      mean: targetMean + targetDeviation * residualShare * mean,
      // As little as the network is believed, so much less sure is the answer.
      deviation: (targetDeviation / residualShare) * Math.sqrt(variance),
    };
  }
}
