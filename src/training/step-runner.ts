import type { Rng } from '../base';
import {
  allocateBatch,
  forward,
  type LatencyModelConfig,
  leafBucketOf,
  type ModelConstants,
  type Normalisation,
  type PackedBatch,
  type ParameterLayout,
  packBatch,
  splitParameters,
  toTensors,
} from '../model';
import {
  inScope,
  readInScope,
  type Scalar,
  type Tensor1D,
  type Tensor3D,
  type Tf,
} from '../tensor';
import type { StepBatch } from './batches';
import { createTrainingSet, type Example, type TrainingSet } from './examples';
import { type LossTargets, pairWeights, trainingLoss } from './losses';
import type { AdamW } from './optimizer';
import type { TrainingSettings } from './settings';

interface StepContext {
  readonly config: LatencyModelConfig;
  readonly layout: ParameterLayout;
  readonly constants: ModelConstants;
  readonly normalisation: Normalisation;
  readonly settings: TrainingSettings;
  readonly rng: Rng;
}

/** Program counts of a step are rounded up to this, so that a training meets few shapes. */
const PROGRAM_STEP = 32;

/** Packs, runs and differentiates one step. Holds buffers, no tensors. */
export class StepRunner {
  readonly #tf: Tf;
  readonly #context: StepContext;
  readonly #workspaces = new Map<string, PackedBatch>();

  constructor(tf: Tf, context: StepContext) {
    this.#tf = tf;
    this.#context = context;
  }

  /** The loss of `batch`, one step of `optimizer` taken; undefined where the step was passed over. */
  step(
    optimizer: AdamW,
    set: TrainingSet,
    batch: StepBatch,
    learningRate: number,
  ): number | undefined {
    const tf = this.#tf;
    return inScope(tf, 'training', () => {
      const packed = this.#pack(set, batch);
      this.#addNoise(packed);
      const lossOf = () =>
        this.#loss(optimizer.ownedWeights as unknown as Tensor1D, packed, set, batch);
      const { value, grads } = tf.variableGrads(lossOf, [optimizer.ownedWeights]);
      const gradient = grads[optimizer.ownedWeights.name] as Tensor1D;
      return optimizer.step(gradient, value, learningRate);
    });
  }

  /** The loss of `values` on examples that were not trained on, without noise. */
  evaluate(values: Float32Array, examples: readonly Example[]): number {
    const tf = this.#tf;
    const set = createTrainingSet(examples, this.#context.settings.evenShare);
    const size = this.#context.settings.batches.programsPerStep;
    let sum = 0;
    for (let start = 0; start < examples.length; start += size) {
      const indices = examples.slice(start, start + size).map((_, i) => start + i);
      const most = Math.max(...indices.map((i) => examples[i]?.program.leafCount ?? 0));
      const batch = { indices, leafBucket: leafBucketOf(most) };
      const loss = readInScope(tf, 'evaluating', () =>
        this.#loss(tf.tensor1d(values), this.#pack(set, batch), set, batch),
      );
      sum += (loss[0] as number) * indices.length;
    }
    return sum / examples.length;
  }

  #loss(flat: Tensor1D, packed: PackedBatch, set: TrainingSet, batch: StepBatch): Scalar {
    const tf = this.#tf;
    const { config, layout, constants, settings } = this.#context;
    const parameters = splitParameters(tf, layout, flat);
    const output = forward(tf, config, parameters, constants, toTensors(tf, config, packed));
    const targets = this.#targets(set, batch, packed.programCount);
    return trainingLoss(tf, output as Tensor3D, targets, settings.loss);
  }

  #targets(set: TrainingSet, { indices }: StepBatch, programCount: number): LossTargets {
    const tf = this.#tf;
    const { targetMean, targetDeviation } = this.#context.normalisation;
    const targets = new Float32Array(programCount);
    const weights = new Float32Array(programCount);
    const latencies = new Float64Array(programCount).fill(1);
    const tasks = new Int32Array(programCount).fill(-1);
    indices.forEach((index, p) => {
      const example = set.examples[index] as Example;
      targets[p] = (example.logRatio - targetMean) / targetDeviation;
      weights[p] = set.weights[index] as number;
      latencies[p] = example.latencySeconds;
      tasks[p] = set.taskIndices[index] as number;
    });
    const pairs = pairWeights(latencies, tasks, weights, targetDeviation);
    return {
      targets: tf.tensor1d(targets),
      weights: tf.tensor1d(weights),
      pairs: tf.tensor2d(pairs, [programCount, programCount]),
    };
  }

  #pack(set: TrainingSet, { indices, leafBucket }: StepBatch): PackedBatch {
    const programCount = Math.ceil(indices.length / PROGRAM_STEP) * PROGRAM_STEP;
    const key = `${programCount} x ${leafBucket}`;
    let packed = this.#workspaces.get(key);
    if (packed === undefined) {
      packed = allocateBatch(this.#context.config, programCount, leafBucket);
      this.#workspaces.set(key, packed);
    }
    const examples = indices.map((index) => set.examples[index] as Example);
    packBatch(
      packed,
      examples.map((example) => example.program),
      examples.length === 1 ? [examples[0]?.device as Float32Array] : examples.map((e) => e.device),
    );
    return packed;
  }

  /** Normal noise on the leaf vectors, in units of each column's deviation. */
  #addNoise(packed: PackedBatch): void {
    const { settings, normalisation, rng, config } = this.#context;
    if (settings.leafNoise === 0) return;
    const scale = normalisation.leaf.inverseDeviation;
    const { leaves } = packed;
    for (let i = 0; i < leaves.length; i++) {
      const inverse = scale[i % config.leafWidth] as number;
      if (inverse > 0)
        leaves[i] = (leaves[i] as number) + (settings.leafNoise * rng.nextNormal()) / inverse;
    }
  }
}
