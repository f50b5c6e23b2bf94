import fc from 'fast-check';
import type { Judged } from '../../src/metrics';

/** Programs of one task, from columns of measured and predicted seconds. */
export function judgedTask(
  taskId: string,
  latencies: readonly number[],
  predictions: readonly number[],
  deviations: readonly number[] = [],
): readonly Judged[] {
  return latencies.map((latencySeconds, i) => ({
    taskId,
    latencySeconds,
    predictedSeconds: predictions[i] as number,
    logStandardDeviation: deviations[i] ?? 0,
  }));
}

/** Few different values, so that ties are met. */
const seconds = fc.oneof(
  fc.constantFrom(1, 1.04, 1.05, 1.06, 2, 3),
  fc.double({ min: 1e-6, max: 10, noNaN: true }),
);

/** Any predictions of any measurements, of a few tasks. */
export const judgedArbitrary: fc.Arbitrary<readonly Judged[]> = fc.array(
  fc.record({
    taskId: fc.constantFrom('a', 'b', 'c'),
    latencySeconds: seconds,
    predictedSeconds: seconds,
    logStandardDeviation: fc.double({ min: 0.01, max: 2, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);
