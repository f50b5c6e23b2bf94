/** The predictor as it is shipped, on programs that TVM printed and a CPU measured. */
import { createDefaultRegistry } from '../../src/zoo';
import { describePredictorContract } from '../contracts/predictor.contract';
import { loadFixture } from '../support/fixtures';
import { pairwiseAccuracy } from '../training/sample-examples';

const registry = createDefaultRegistry();
const fixture = loadFixture('matmul-cpu');

describePredictorContract('cdmpp on loop-nest features', {
  create: async () => ({ predictor: registry.create('cdmpp') }),
  fixture,
});

describe('cdmpp after few measurements of one task', () => {
  it('should order what is measured next better than by chance', async () => {
    const predictor = registry.create('cdmpp');
    const learned = fixture.records.slice(0, 48);
    const next = fixture.records.slice(48);
    const summary = await predictor.fit(learned, { seed: 1 });
    expect(summary).toMatchObject({ trainedOn: 48, trainedThroughSequence: 48 });
    const programs = next.map(({ record }) => record.program);
    const predictions = await predictor.predict({ task: fixture.task, programs });
    await predictor.dispose();
    const accuracy = pairwiseAccuracy(
      predictions.map((each) => (each.ok ? each.latencySeconds : Number.NaN)),
      next.map(({ record }) => record.costsSeconds[0] as number),
    );
    expect(accuracy).toBeGreaterThan(0.65);
  });
});
