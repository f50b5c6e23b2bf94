import { createFeatureExtractor, extractFeatures } from '../../src/features';
import type { ProgramSource } from '../../src/program';
import { RooflinePredictor } from '../../src/zoo';
import { loadFixture } from '../support/fixtures';

const { task, programs } = loadFixture('conv2d-cpu');

describe('RooflinePredictor', () => {
  const predictor = new RooflinePredictor();

  it('should answer with the estimate of each program, in order', async () => {
    const extractor = createFeatureExtractor(task);
    const estimates = programs.map((program) => {
      const result = extractFeatures(extractor, program);
      return result.ok ? result.features.estimateSeconds : Number.NaN;
    });
    const predictions = await predictor.predict({ task, programs });
    expect(predictions).toEqual(
      estimates.map((latencySeconds) => ({ ok: true, latencySeconds, logStandardDeviation: 0 })),
    );
    expect(new Set(estimates).size).toBeGreaterThan(1);
  });

  it('should fail an unreadable program alone', async () => {
    const bad = { loopNest: 'nonsense', transformSteps: '[]' };
    const good = programs[0] as ProgramSource;
    const predictions = await predictor.predict({ task, programs: [good, bad, good] });
    expect(predictions.map((prediction) => prediction.ok)).toEqual([true, false, true]);
    expect(predictions[1]).toMatchObject({ failure: 'unreadable' });
    expect(predictions[2]).toEqual(predictions[0]);
  });

  it('should say that it never trained, and not learn', async () => {
    expect(await predictor.describe()).toMatchObject({ predictor: 'roofline', trainedOn: 0 });
    await expect(predictor.fit()).rejects.toThrow(/does not learn/);
  });

  it('should load what it saved, and nothing else', async () => {
    await predictor.load(await predictor.save());
    const other = { card: '{"predictor": "cdmpp"}', weights: new Uint8Array() };
    await expect(predictor.load(other)).rejects.toThrow(/"cdmpp", expected "roofline"/);
    await expect(predictor.load({ ...other, card: '{' })).rejects.toThrow(/not JSON/);
  });
});
