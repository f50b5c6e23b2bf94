import { invalidArgument } from '../errors';

/** The shape of a latency model; everything that a saved model needs to be built again. */
export interface LatencyModelConfig {
  /** Numbers in a leaf vector (F). */
  readonly leafWidth: number;
  /** Numbers in a device vector (D). */
  readonly deviceWidth: number;
  /** Width of the encoder (d): a multiple of 2·heads, because positions take sine and cosine halves. */
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Width of the encoder's feed-forward part. */
  readonly feedForwardWidth: number;
  /** Width of the program embedding and of the decoder's hidden layer. */
  readonly decoderWidth: number;
  /** Decoders that are trained side by side and averaged; their disagreement is part of the uncertainty. */
  readonly decoders: number;
}

/** Not ablated yet: see "The training loss" in docs/state.md. */
export const DEFAULT_SIZES = Object.freeze({
  width: 64,
  heads: 4,
  layers: 2,
  feedForwardWidth: 128,
  decoderWidth: 96,
  decoders: 4,
});

const BOUNDS: Readonly<Record<keyof LatencyModelConfig, readonly [number, number]>> = {
  leafWidth: [1, 4096],
  deviceWidth: [0, 4096],
  width: [8, 1024],
  heads: [1, 64],
  layers: [1, 24],
  feedForwardWidth: [8, 8192],
  decoderWidth: [8, 4096],
  decoders: [1, 64],
};

/** The same config, frozen; INVALID_ARGUMENT with field, value and bound where it cannot be built. */
export function validateConfig(config: LatencyModelConfig): LatencyModelConfig {
  for (const field of Object.keys(BOUNDS) as (keyof LatencyModelConfig)[]) {
    const value = config[field];
    const [least, most] = BOUNDS[field];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw invalidArgument(
        `config.${field}: ${value}; it must be an integer from ${least} to ${most}`,
      );
    }
  }
  if (config.width % (2 * config.heads) !== 0) {
    throw invalidArgument(
      `config.width: ${config.width}; it must be a multiple of 2 x heads = ${2 * config.heads}`,
    );
  }
  return Object.freeze({ ...config });
}
