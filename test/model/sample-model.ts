import type { Rng } from '../../src/base';
import {
  type DeviceInput,
  fitStandardisation,
  initialValues,
  type LatencyModelConfig,
  type LeafSequence,
  layoutOf,
  type ModelState,
} from '../../src/model';

export const smallConfig: LatencyModelConfig = {
  leafWidth: 11,
  deviceWidth: 5,
  width: 16,
  heads: 2,
  layers: 2,
  feedForwardWidth: 24,
  decoderWidth: 16,
  decoders: 3,
  deviceNames: [],
};

export function sampleProgram(rng: Rng, leafWidth: number, leafCount: number): LeafSequence {
  return {
    leafCount,
    leaves: Float32Array.from({ length: leafCount * leafWidth }, () => 3 * rng.nextNormal()),
    positions: Int32Array.from({ length: leafCount }, (_, i) => 4 * i + rng.nextInt(4)),
    depths: Int32Array.from({ length: leafCount }, () => rng.nextInt(9)),
  };
}

export function sampleDevice(rng: Rng, deviceWidth: number): Float32Array {
  return Float32Array.from({ length: deviceWidth }, () => rng.nextNormal());
}

/** A device for all programs of a prediction. */
export function onDevice(vector: Float32Array, row = 0): DeviceInput[] {
  return [{ vector, row }];
}

/** A model with every weight off its start, biases and gains too, as training leaves it. */
export function sampleState(rng: Rng, config: LatencyModelConfig): ModelState {
  const values = initialValues(layoutOf(config), rng).map((v) => v + 0.1 * rng.nextNormal());
  const standardisationOf = (width: number) => {
    const rows = Array.from({ length: 20 }, () =>
      Float32Array.from({ length: width }, () => 1 + 2 * rng.nextNormal()),
    );
    return fitStandardisation(rows, width);
  };
  return {
    config,
    normalisation: {
      leaf: standardisationOf(config.leafWidth),
      device: standardisationOf(config.deviceWidth),
      label: { kind: 'log-ratio', estimateSlope: 0.8 },
      targetMean: -0.4,
      targetDeviation: 1.3,
      residualShare: 0.75,
    },
    values,
  };
}
