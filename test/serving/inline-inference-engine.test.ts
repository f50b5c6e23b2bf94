import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import { inferenceEngineContract } from '../contracts/inference-engine.contract';
import { fakeArtifact, inlineFakes } from '../support/fake-models';

describe('InlineInferenceEngine', () => {
  inferenceEngineContract(() => new InlineInferenceEngine(inlineFakes().registry));

  it('should prepare a model when it loads it, and one of that predictor when it is asked to', async () => {
    const { registry, made } = inlineFakes();
    const engine = new InlineInferenceEngine(registry);
    await engine.prepare('cdmpp');
    await engine.load('a', { predictor: 'roofline', artifact: undefined });
    expect(made.map(({ prepared, disposed }) => [prepared, disposed])).toEqual([
      [true, true],
      [true, false],
    ]);
    await engine.dispose();
  });

  it('should dispose every predictor that it made, refused ones included', async () => {
    const { registry, made } = inlineFakes();
    const engine = new InlineInferenceEngine(registry);
    await engine.load('a', { predictor: 'roofline', artifact: undefined });
    await engine.load('b', { predictor: 'cdmpp', artifact: await fakeArtifact({ scale: 1 }) });
    const torn = { card: '{}', weights: new Uint8Array() };
    await engine.load('c', { predictor: 'cdmpp', artifact: torn }).catch(() => undefined);
    await engine.unload('b');
    await engine.dispose();
    expect(made.map((predictor) => predictor.disposed)).toEqual([true, true, true]);
  });
});
