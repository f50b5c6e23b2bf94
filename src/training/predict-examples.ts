import {
  type AnalyticalLatency,
  deviceRow,
  LatencyModel,
  logLatencySlope,
  type ModelState,
  toLogLatency,
} from '../model';
import type { Tf } from '../tensor';
import type { UnlabelledProgram } from './examples';

/** One entry an example, in order. */
export interface ExamplePredictions {
  /** Positive and finite. */
  readonly latencySeconds: Float64Array;
  /** Standard deviation of ln(latency). */
  readonly logDeviation: Float64Array;
}

/** What a model says of programs whose latency may be known; leaves no tensor behind. */
export function predictExamples(
  tf: Tf,
  state: ModelState,
  examples: readonly (UnlabelledProgram & AnalyticalLatency)[],
): ExamplePredictions {
  const { label } = state.normalisation;
  const { means, deviations } = withModel(tf, state, (model) =>
    model.predict(
      examples.map(({ program }) => program),
      examples.map(({ device, deviceName }) => ({
        vector: device,
        row: deviceRow(state.config, deviceName),
      })),
    ),
  );
  return {
    latencySeconds: means.map((mean, i) =>
      Math.exp(toLogLatency(label, examples[i] as AnalyticalLatency, mean)),
    ),
    logDeviation: deviations.map((deviation, i) => {
      return deviation * logLatencySlope(label, means[i] as number);
    }),
  };
}

/** Where the network places each program, whatever it runs on: [N, decoderWidth], row-major. */
export function embedExamples(
  tf: Tf,
  state: ModelState,
  examples: readonly Pick<UnlabelledProgram, 'program'>[],
): Float32Array {
  return withModel(tf, state, (model) => model.embed(examples.map(({ program }) => program)));
}

function withModel<T>(tf: Tf, state: ModelState, action: (model: LatencyModel) => T): T {
  const model = new LatencyModel(tf, state);
  try {
    return action(model);
  } finally {
    model.dispose();
  }
}
