import type { Tf } from '../tensor';
import { COMMON_LEAF_BUCKETS, type LeafSequence } from './batch-shape';
import type { LatencyModelConfig } from './config';
import { layoutOf } from './forward';
import { LatencyModel } from './latency-model';

/** Configs whose shapes this thread has run. */
const warm = new WeakMap<Tf, Set<string>>();
/** The second run of a shape is still slower than the third: V8 compiles too. */
const RUNS = 2;

/**
 * Runs every common batch shape of a config, once in a process: TensorFlow sets kernels up by
 * shape, not by weights, so that every later model of these sizes answers at its full speed
 * from its first batch on. Some 200 ms the first time, nothing after.
 */
export function warmUp(tf: Tf, config: LatencyModelConfig): void {
  const done = warm.get(tf) ?? new Set();
  warm.set(tf, done);
  // One key for one shape, in whatever order its fields were written.
  const key = JSON.stringify(Object.entries(config).sort());
  if (done.has(key)) return;
  const { leafWidth, deviceWidth } = config;
  const zeros = (width: number) => ({
    mean: new Float32Array(width),
    inverseDeviation: new Float32Array(width),
  });
  const model = new LatencyModel(tf, {
    config,
    normalisation: {
      leaf: zeros(leafWidth),
      device: zeros(deviceWidth),
      label: { kind: 'log' },
      targetMean: 0,
      targetDeviation: 1,
      residualShare: 1,
    },
    values: new Float32Array(layoutOf(config).parameterCount),
  });
  try {
    for (const leafCount of COMMON_LEAF_BUCKETS) {
      const program: LeafSequence = {
        leafCount,
        leaves: new Float32Array(leafCount * leafWidth),
        positions: new Int32Array(leafCount),
        depths: new Int32Array(leafCount),
      };
      const device = { vector: new Float32Array(deviceWidth), row: 0 };
      for (let run = 0; run < RUNS; run++) model.predict([program], [device]);
    }
  } finally {
    model.dispose();
  }
  done.add(key);
}
