import type { ResumableRng } from '../base';
import {
  createConstants,
  decodeEmbedding,
  embedPrograms,
  type LatencyModelConfig,
  layoutOf,
  type ModelConstants,
  type Normalisation,
  type PackedBatch,
  type ParameterLayout,
  splitParameters,
  toTensors,
} from '../model';
import { inScope, readInScope, type Scalar, type Tensor1D, type Tf } from '../tensor';
import type { StepBatch } from './batches';
import { bounded, centralMomentDiscrepancy } from './central-moments';
import type { TrainingSet, UnlabelledProgram } from './examples';
import { type LabelScale, type LossTargets, trainingLoss } from './losses';
import type { AdamW } from './optimizer';
import type { TrainingSettings } from './settings';
import { StepPacker } from './step-packer';
import { stepTargets } from './step-targets';
import { TargetSampler } from './target-sampler';

export interface StepContext {
  readonly config: LatencyModelConfig;
  readonly normalisation: Normalisation;
  readonly gapUnit: number;
  readonly settings: TrainingSettings;
  /** Programs that the regulariser draws the learned ones to; empty: no regulariser. */
  readonly target: readonly UnlabelledProgram[];
  readonly rng: ResumableRng;
}

/** Packs, runs and differentiates steps. Owns the model's constants until `dispose`. */
export class StepRunner {
  readonly #tf: Tf;
  readonly #context: StepContext;
  readonly #layout: ParameterLayout;
  readonly #scale: LabelScale;
  readonly #packer: StepPacker;
  readonly #targets: TargetSampler | undefined;
  readonly #ownedConstants: ModelConstants;

  constructor(tf: Tf, context: StepContext) {
    const { config, normalisation, settings, target, gapUnit, rng } = context;
    this.#tf = tf;
    this.#context = context;
    this.#layout = layoutOf(config);
    this.#scale = { ...normalisation, gapUnit };
    this.#packer = new StepPacker(config, normalisation, settings, rng);
    const drawn = settings.cmd.weight > 0 && target.length > 0;
    this.#targets = drawn
      ? new TargetSampler(target, settings.cmd.programsPerStep, rng)
      : undefined;
    this.#ownedConstants = createConstants(tf, config, normalisation);
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
      const packed = this.#packer.pack(set, batch, 'training');
      const targets = this.#targetsOf(set, batch, packed);
      const drawn = this.#targets?.next(batch.leafBucket);
      const aside = drawn && this.#packer.packUnlabelled(drawn, batch.leafBucket);
      const lossOf = () => {
        const weights = optimizer.ownedWeights as unknown as Tensor1D;
        return this.#loss(weights, packed, targets, aside);
      };
      const { value, grads } = tf.variableGrads(lossOf, [optimizer.ownedWeights]);
      const gradient = grads[optimizer.ownedWeights.name] as Tensor1D;
      return optimizer.step(gradient, value, learningRate);
    });
  }

  /** The loss of `values` over batches that are not trained on: no noise, no regulariser. */
  evaluate(values: Float32Array, set: TrainingSet, batches: readonly StepBatch[]): number {
    const tf = this.#tf;
    let sum = 0;
    let count = 0;
    for (const batch of batches) {
      const loss = readInScope(tf, 'evaluating', () => {
        const packed = this.#packer.pack(set, batch, 'evaluating');
        const targets = this.#targetsOf(set, batch, packed);
        return this.#loss(tf.tensor1d(values), packed, targets, undefined);
      });
      sum += (loss[0] as number) * batch.indices.length;
      count += batch.indices.length;
    }
    return sum / count;
  }

  dispose(): void {
    this.#tf.dispose({ ...this.#ownedConstants });
  }

  #targetsOf(set: TrainingSet, batch: StepBatch, { programCount }: PackedBatch): LossTargets {
    return stepTargets(this.#tf, set, batch, programCount, this.#context.normalisation);
  }

  #loss(
    flat: Tensor1D,
    packed: PackedBatch,
    targets: LossTargets,
    aside: PackedBatch | undefined,
  ): Scalar {
    const tf = this.#tf;
    const { config, settings } = this.#context;
    const constants = this.#ownedConstants;
    const parameters = splitParameters(tf, this.#layout, flat);
    const batch = toTensors(tf, config, packed);
    const embedding = embedPrograms(tf, config, parameters, constants, batch);
    const output = decodeEmbedding(tf, config, parameters, constants, embedding, batch);
    const loss = trainingLoss(tf, output, targets, this.#scale, settings.loss);
    if (aside === undefined) return loss;
    const drawn = embedPrograms(tf, config, parameters, constants, toTensors(tf, config, aside));
    const discrepancy = centralMomentDiscrepancy(
      tf,
      bounded(embedding),
      bounded(drawn),
      // Of programs, not of padding, and without the examples' weights: those look at latencies.
      targets.weights.greater<Tensor1D>(0).toFloat(),
      tf.ones([aside.programCount]),
      settings.cmd.moments,
    );
    return loss.add(discrepancy.mul(settings.cmd.weight));
  }
}
