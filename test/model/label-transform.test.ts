import { createRng } from '../../src/base';
import {
  fitLabelTransform,
  labelBase,
  labelKinds,
  logLatencySlope,
  toLabel,
  toLogLatency,
} from '../../src/model';

const rng = createRng(5);
const measured = Array.from({ length: 200 }, (_, i) => {
  const logEstimate = -9 + rng.nextNormal();
  return {
    taskId: `${i % 3}`,
    logEstimate,
    logReference: -10,
    logLatency: 0.7 * logEstimate + 0.3 * rng.nextNormal(),
  };
});

describe.each(labelKinds)('labels of kind %s', (kind) => {
  const label = fitLabelTransform(kind, measured);

  it('should give the latency back', () => {
    for (const each of measured) {
      const value = toLabel(label, each, each.logLatency);
      expect(toLogLatency(label, each, value)).toBeCloseTo(each.logLatency, 8);
    }
  });

  it('should keep the order of latencies of one program', () => {
    const [each] = measured;
    const labels = [-12, -9, -6, -3].map((log) => toLabel(label, each as never, log));
    expect(labels).toEqual([...labels].sort((a, b) => a - b));
    expect(logLatencySlope(label, labels[1] as number)).toBeGreaterThan(0);
  });

  it('should give a finite latency for every label', () => {
    for (const value of [-1e6, -40, 0, 40, 1e6]) {
      const seconds = Math.exp(toLogLatency(label, measured[0] as never, value));
      expect(Number.isFinite(seconds) && seconds > 0).toBe(true);
    }
  });
});

describe('labelBase()', () => {
  const analytical = { logEstimate: -3, logReference: -5 };

  it('should be what each kind takes out of a latency', () => {
    expect(labelBase({ kind: 'log-ratio', estimateSlope: 0.5 }, analytical)).toBe(-4);
    expect(labelBase({ kind: 'log' }, analytical)).toBe(0);
    expect(labelBase({ kind: 'box-cox', lambda: 1, logCentre: -7 }, analytical)).toBe(-7);
  });
});
