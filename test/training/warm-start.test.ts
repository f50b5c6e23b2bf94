import { createRng } from '../../src/base';
import { initialValues, layoutOf } from '../../src/model';
import { warmStart } from '../../src/training';
import '../support/to-be-allclose';
import { sampleState, smallConfig } from '../model/sample-model';
import { sampleExamples } from './sample-examples';

const rng = createRng(1);
const state = sampleState(rng, smallConfig);
const examples = sampleExamples(rng, smallConfig, 40);
const settings = { keptShare: 0.5, tuneFrom: 2 };

describe('warmStart()', () => {
  it('should tune a model that knows more than the data at hand', () => {
    const start = warmStart({ state, trainedOn: 80, normalisedOn: 80 }, examples, 1, settings);
    expect(start).toEqual({ state, normalisedOn: 80, knownExamples: 80 });
  });

  it('should shrink and perturb a model that knows less', () => {
    const start = warmStart({ state, trainedOn: 79, normalisedOn: 79 }, examples, 5, settings);
    const fresh = initialValues(layoutOf(smallConfig), createRng(5));
    expect(start.knownExamples).toBe(0);
    expect(start.state.normalisation).toBe(state.normalisation);
    expect(start.state.values).toBeAllclose(
      state.values.map((value, i) => (value + (fresh[i] as number)) / 2),
    );
  });

  it('should fit the normalisation anew when there is twice the data, to the same labels', () => {
    const known = { state, trainedOn: 20, normalisedOn: 20 };
    const grown = warmStart(known, examples, 1, settings);
    expect(grown.normalisedOn).toBe(40);
    const { label, targetMean } = grown.state.normalisation;
    expect(label).toBe(state.normalisation.label);
    // The samples' estimates are their references: the base is the same at any slope.
    const mean =
      examples.reduce((sum, { logLatency, logEstimate }) => sum + logLatency - logEstimate, 0) / 40;
    expect(targetMean).toBeCloseTo(mean, 6);
  });
});
