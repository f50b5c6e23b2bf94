import { inScope, readInScope, type Tensor1D, type Tf } from '../tensor';
import {
  allocateBatch,
  type LeafSequence,
  type PackedBatch,
  packBatch,
  planBatches,
  programsPerBatch,
} from './batch-shape';
import { type LatencyModelConfig, validateConfig } from './config';
import { createConstants, forward, layoutOf, type ModelConstants, toTensors } from './forward';
import type { Normalisation } from './normalisation';
import { type ParameterLayout, type Parameters, splitParameters } from './parameters';

/** What a model knows: enough to build it again. */
export interface ModelState {
  readonly config: LatencyModelConfig;
  readonly normalisation: Normalisation;
  /** All weights, in the order of the layout. */
  readonly values: Float32Array;
}

/** Of ln(latency / estimate), natural, one entry a program. */
export interface LogRatios {
  readonly means: Float64Array;
  /** Positive: noise seen in training and disagreement of the decoders. */
  readonly deviations: Float64Array;
}

/** ln of what no program of ours reaches, so that a latency stays finite and positive: e^±60. */
const MOST_LOG_RATIO = 60;
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
   * One answer a program, in order. The same program gets the same bits whatever
   * stands beside it.
   *
   * @param device [D], of all of the programs
   */
  predict(programs: readonly LeafSequence[], device: Float32Array): LogRatios {
    const means = new Float64Array(programs.length);
    const deviations = new Float64Array(programs.length);
    for (const { leafBucket, indices } of planBatches(programs.map((p) => p.leafCount))) {
      const batch = this.#workspaceOf(leafBucket);
      packBatch(
        batch,
        indices.map((i) => programs[i] as LeafSequence),
        [device],
      );
      const raw = this.#forward(batch); // [M, P, 2]
      indices.forEach((index, p) => {
        const { mean, deviation } = this.#combine(raw, p, batch.programCount);
        means[index] = mean;
        deviations[index] = deviation;
      });
    }
    return { means, deviations };
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

  /** [M, P, 2], row-major. */
  #forward(batch: PackedBatch): Float32Array {
    const tf = this.#tf;
    const { config } = this.state;
    return readInScope(tf, 'predicting', () =>
      forward(
        tf,
        config,
        this.#ownedParameters,
        this.#ownedConstants,
        toTensors(tf, config, batch),
      ),
    );
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
    const logRatio = normalisation.targetMean + normalisation.targetDeviation * mean;
    return {
      mean: Math.max(-MOST_LOG_RATIO, Math.min(MOST_LOG_RATIO, logRatio)),
      deviation: normalisation.targetDeviation * Math.sqrt(variance),
    };
  }
}
