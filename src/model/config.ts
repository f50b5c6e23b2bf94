import { invalidArgument } from '../errors';

/** What can be chosen of a model's shape. */
export interface ModelSizes {
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

/** The shape of a latency model; everything that a saved model needs to be built again. */
export interface LatencyModelConfig extends ModelSizes {
  /** Numbers in a leaf vector (F). */
  readonly leafWidth: number;
  /** Numbers in a device vector (D). */
  readonly deviceWidth: number;
  /**
   * Devices with a learned vector of their own, beside that of the card and the one that all
   * others share. Empty: nothing but the card tells devices apart.
   */
  readonly deviceNames: readonly string[];
}

export const DEFAULT_SIZES: ModelSizes = Object.freeze({
  width: 64,
  heads: 4,
  layers: 2,
  feedForwardWidth: 128,
  decoderWidth: 96,
  decoders: 4,
});

type SizeField = Exclude<keyof LatencyModelConfig, 'deviceNames'>;

const BOUNDS: Readonly<Record<SizeField, readonly [number, number]>> = {
  leafWidth: [1, 4096],
  deviceWidth: [0, 4096],
  width: [8, 1024],
  heads: [1, 64],
  layers: [1, 24],
  feedForwardWidth: [8, 8192],
  decoderWidth: [8, 4096],
  decoders: [1, 64],
};
const MOST_DEVICES = 1024;

/** The same config, frozen; INVALID_ARGUMENT with field, value and bound where it cannot be built. */
export function validateConfig(config: LatencyModelConfig): LatencyModelConfig {
  for (const field of Object.keys(BOUNDS) as SizeField[]) {
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
  validateDevices(config);
  return Object.freeze({ ...config });
}

function validateDevices({ deviceNames, deviceWidth }: LatencyModelConfig): void {
  const most = deviceWidth === 0 ? 0 : MOST_DEVICES;
  if (deviceNames.length > most) {
    throw invalidArgument(
      `config.deviceNames: ${deviceNames.length} names; there must be at most ${most}` +
        `${deviceWidth === 0 ? ', for the model has no device card' : ''}`,
    );
  }
  const twice = deviceNames.find((name, i) => deviceNames.indexOf(name) !== i);
  if (twice !== undefined) {
    throw invalidArgument(`config.deviceNames: "${twice}" is there twice; each must be there once`);
  }
}

/** The row of a device in the learned table; 0, which unknown devices share, where it has none. */
export function deviceRow(config: LatencyModelConfig, deviceName: string): number {
  return config.deviceNames.indexOf(deviceName) + 1;
}
