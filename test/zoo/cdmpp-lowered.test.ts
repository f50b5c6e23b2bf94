/** The same network over TVM's own features, on programs that TVM lowered and a CPU measured. */
import { Code } from '../../src/errors';
import { createDefaultRegistry } from '../../src/zoo';
import { describePredictorContract } from '../contracts/predictor.contract';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import { loadLoweredFixture } from '../support/lowered-fixtures';
import { pairwiseAccuracy } from '../training/sample-examples';

const registry = createDefaultRegistry();
const fixture = loadLoweredFixture('matmul-cpu');

describePredictorContract('cdmpp on lowered features', {
  create: async () => ({ predictor: registry.create('cdmpp-lowered') }),
  fixture,
});

describe('cdmpp-lowered', () => {
  it('should order what is measured next better than by chance', async () => {
    const predictor = registry.create('cdmpp-lowered');
    await predictor.fit(fixture.records.slice(0, 48), { seed: 1 });
    const next = fixture.records.slice(48);
    const programs = next.map(({ record }) => record.program);
    const predictions = await predictor.predict({ task: fixture.task, programs });
    await predictor.dispose();
    const accuracy = pairwiseAccuracy(
      predictions.map((each) => (each.ok ? each.latencySeconds : Number.NaN)),
      next.map(({ record }) => record.costsSeconds[0] as number),
    );
    expect(accuracy).toBeGreaterThan(0.65);
  });

  it('should say what is missing where no record brings its rows', async () => {
    const predictor = registry.create('cdmpp-lowered');
    await expectError(
      () => predictor.fit(loadFixture('matmul-cpu').records.slice(0, 4), { seed: 1 }),
      Code.FailedPrecondition,
      /none of 4 is .*; the first measured one: program\.lowered_features: absent/,
    );
    await predictor.dispose();
  });

  it('should not take the model of the other feature set for its own', async () => {
    const [lowered, loopNest] = ['cdmpp-lowered', 'cdmpp'].map((name) => registry.create(name));
    if (!lowered || !loopNest) throw new Error('expected two predictors');
    await lowered.fit(fixture.records.slice(0, 8), { seed: 1 });
    expect(await lowered.describe()).toMatchObject({
      predictor: 'cdmpp-lowered',
      featureSet: 'lowered',
    });
    const artifact = await lowered.save();
    await expectError(
      () => loopNest.load(artifact),
      Code.InvalidArgument,
      /predictor is "cdmpp-lowered"; it must be "cdmpp"/,
    );
    await lowered.dispose();
    await loopNest.dispose();
  });
});
