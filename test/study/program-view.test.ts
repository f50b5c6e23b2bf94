import { featureView, fitScale } from '../../src/study/program-view';
import { SAMPLE_SCHEMA, sampleCorpus } from './sample-corpus';

const examples = (...programs: readonly number[][]) =>
  sampleCorpus([{ computation: 'a', deviceName: 'v100', programs }]).entries.map(
    ({ example }) => example,
  );

describe('featureView', () => {
  it('should weigh leaves by their share of the estimate, and keep the largest values', () => {
    const view = featureView(SAMPLE_SCHEMA)(examples([4, 0.75, 8, 0.25], [5, 0, 7, 0]));
    expect(view.width).toBe(4);
    expect([...view.points]).toEqual([
      0.75 * 4 + 0.25 * 8,
      0.75 * 0.75 + 0.25 * 0.25,
      8,
      0.75,
      (5 + 7) / 2,
      0,
      7,
      0,
    ]);
    expect(view.predictedSeconds[0]).toBeCloseTo(1e-3 * (1 + 16), 12);
    expect(view.deviations).toBeUndefined();
  });

  it('should not look at labels', () => {
    const programs = [
      [4, 1],
      [2, 1],
    ];
    const of = (latencySeconds: number) =>
      sampleCorpus(
        [{ computation: 'a', deviceName: 'v100', programs }],
        latencySeconds,
      ).entries.map(({ example }) => example);
    const view = featureView(SAMPLE_SCHEMA);
    expect(view(of(1))).toEqual(view(of(1e-6)));
  });
});

describe('fitScale', () => {
  const view = {
    points: Float32Array.from([0, 100, 2, 100]),
    width: 2,
    predictedSeconds: Float64Array.from([1, Math.E ** 2]),
  };

  it('should bring columns to one scale, constant ones to nothing, and latency to a fifth of all', () => {
    const scaled = fitScale(view)(view);
    const latency = Math.sqrt((2 * 0.2) / 0.8);
    [-1, 0, -latency, 1, 0, latency].forEach((value, at) => {
      expect(scaled[at]).toBeCloseTo(value, 6);
    });
  });

  it('should apply to others what was fitted', () => {
    const other = {
      ...view,
      points: Float32Array.from([4, 7]),
      predictedSeconds: Float64Array.of(1),
    };
    expect(fitScale(view)(other)[0]).toBeCloseTo(3, 6);
  });
});
