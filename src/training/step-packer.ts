import { createRng, type ResumableRng } from '../base';
import {
  allocateBatch,
  type DeviceInput,
  deviceRow,
  type LatencyModelConfig,
  type Normalisation,
  type PackedBatch,
  packBatch,
} from '../model';
import type { StepBatch } from './batches';
import type { Example, TrainingSet, UnlabelledProgram } from './examples';
import type { TrainingSettings } from './settings';

/** The least program count of a step, and of what it grows by. */
const LEAST_PROGRAM_STEP = 32;
/**
 * Normal numbers drawn once, the same in every training, and read from a random place on: to
 * draw them one by one would cost more than the network. A prime, so that no column keeps its noise.
 */
const NOISE_BANK = 65_537;

/**
 * Fills the arrays of a step. A training meets four program counts for each leaf
 * bucket at most: TensorFlow sets kernels up by shape, and each shape has one buffer.
 */
export class StepPacker {
  readonly #config: LatencyModelConfig;
  readonly #settings: TrainingSettings;
  readonly #rng: ResumableRng;
  /** Noise of each column in raw units; undefined: none. */
  readonly #noiseScale: Float32Array | undefined;
  readonly #noise: Float32Array;
  readonly #workspaces = new Map<string, PackedBatch>();

  constructor(
    config: LatencyModelConfig,
    { leaf }: Normalisation,
    settings: TrainingSettings,
    rng: ResumableRng,
  ) {
    const { leafNoise } = settings;
    this.#config = config;
    this.#settings = settings;
    this.#rng = rng;
    this.#noiseScale =
      leafNoise > 0
        ? leaf.inverseDeviation.map((inverse) => (inverse > 0 ? leafNoise / inverse : 0))
        : undefined;
    // As long again as a row: a row is read in one run from wherever it begins.
    const length = leafNoise > 0 ? NOISE_BANK + config.leafWidth : 0;
    const bank = createRng(0);
    this.#noise = Float32Array.from({ length }, () => bank.nextNormal());
  }

  /** The batch is good until the next of its shape; `training` adds noise and hides devices. */
  pack(
    set: TrainingSet,
    { indices, leafBucket }: StepBatch,
    purpose: 'training' | 'evaluating',
  ): PackedBatch {
    const { programsPerStep } = this.#settings.batches;
    const step = Math.max(LEAST_PROGRAM_STEP, Math.ceil(programsPerStep / 4));
    const packed = this.#workspaceOf('step', Math.ceil(indices.length / step) * step, leafBucket);
    const examples = indices.map((index) => set.examples[index] as Example);
    this.#fill(packed, examples, purpose);
    return packed;
  }

  /** Programs of the target, as many as were asked for in the settings. */
  packUnlabelled(programs: readonly UnlabelledProgram[], leafBucket: number): PackedBatch {
    const packed = this.#workspaceOf('target', programs.length, leafBucket);
    this.#fill(packed, programs, 'training');
    return packed;
  }

  #fill(
    packed: PackedBatch,
    programs: readonly UnlabelledProgram[],
    purpose: 'training' | 'evaluating',
  ): void {
    const isTraining = purpose === 'training';
    packBatch(
      packed,
      programs.map(({ program }) => program),
      // One alone would stand for all of the batch, its padding too: that does no harm.
      programs.map((each) => this.#deviceOf(each, isTraining)),
    );
    if (isTraining) this.#addNoise(packed);
  }

  #deviceOf({ device, deviceName }: UnlabelledProgram, isTraining: boolean): DeviceInput {
    const row = deviceRow(this.#config, deviceName);
    // Only where there is something to hide: a draw is part of what a seed repeats.
    const isHidden = isTraining && row > 0 && this.#rng.next() < this.#settings.deviceTable.dropout;
    return { vector: device, row: isHidden ? 0 : row };
  }

  #workspaceOf(use: string, programCount: number, leafBucket: number): PackedBatch {
    const key = `${use} ${programCount} x ${leafBucket}`;
    let packed = this.#workspaces.get(key);
    if (packed === undefined) {
      packed = allocateBatch(this.#config, programCount, leafBucket);
      this.#workspaces.set(key, packed);
    }
    return packed;
  }

  /** Normal noise on the leaf vectors, in units of each column's deviation (Bishop 1995). */
  #addNoise({ leaves, mask }: PackedBatch): void {
    const scale = this.#noiseScale;
    if (scale === undefined) return;
    const noise = this.#noise;
    const width = scale.length;
    let from = this.#rng.nextInt(NOISE_BANK);
    for (let row = 0; row < mask.length; row++) {
      if (mask[row] === 0) continue;
      const at = row * width;
      for (let c = 0; c < width; c++) {
        leaves[at + c] =
          (leaves[at + c] as number) + (noise[from + c] as number) * (scale[c] as number);
      }
      from = (from + width) % NOISE_BANK;
    }
  }
}
