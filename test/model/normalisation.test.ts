import { createRng } from '../../src/base';
import {
  fitStandardisation,
  fitTarget,
  LatencyModel,
  type Normalisation,
  renormalise,
} from '../../src/model';
import { openBackend } from '../../src/tensor';
import '../support/to-be-allclose';
import { onDevice, sampleDevice, sampleProgram, sampleState, smallConfig } from './sample-model';

describe('fitStandardisation()', () => {
  it('should find mean and deviation of each column over all rows', () => {
    const { mean, inverseDeviation } = fitStandardisation(
      [Float32Array.of(1, 10, 3, 10), Float32Array.of(5, 10)],
      2,
    );
    expect(mean).toBeAllclose([(1 + 3 + 5) / 3, 10]);
    // Of 1, 3, 5 the variance is (4 + 0 + 4) / 3; the second column says nothing.
    expect(inverseDeviation).toBeAllclose([1 / Math.sqrt(8 / 3), 0]);
  });

  it('should not lose a small deviation beside a large mean', () => {
    const { inverseDeviation } = fitStandardisation([Float32Array.of(1e6, 1e6 + 1)], 1);
    expect(inverseDeviation).toBeAllclose([1 / 0.5]);
  });
});

describe('fitTarget()', () => {
  it('should keep a deviation to divide by where all targets are alike', () => {
    expect(fitTarget([2, 2, 2]).mean).toBe(2);
    expect(fitTarget([2, 2, 2]).deviation).toBeGreaterThan(0);
    expect(fitTarget([1, 3]).deviation).toBe(1);
  });
});

describe('renormalise()', () => {
  const tf = openBackend('native');

  it('should keep the function and change the normalisation', () => {
    const rng = createRng(21);
    const sample = sampleState(rng, smallConfig);
    const state = { ...sample, normalisation: { ...sample.normalisation, residualShare: 1 } };
    const rowsOf = (width: number) => [
      Float32Array.from({ length: 30 * width }, () => -0.3 + rng.nextNormal()),
    ];
    const normalisation: Normalisation = {
      leaf: fitStandardisation(rowsOf(smallConfig.leafWidth), smallConfig.leafWidth),
      device: fitStandardisation(rowsOf(smallConfig.deviceWidth), smallConfig.deviceWidth),
      label: state.normalisation.label,
      targetMean: 2,
      targetDeviation: 0.6,
      residualShare: 1,
    };
    // Values that neither normalisation cuts off.
    const programs = [2, 3, 5].map((leafCount) => {
      const program = sampleProgram(rng, smallConfig.leafWidth, leafCount);
      return { ...program, leaves: program.leaves.map((v) => v / 6) };
    });
    const device = sampleDevice(rng, smallConfig.deviceWidth).map((v) => v / 3);
    const [before, after] = [state, renormalise(state, normalisation)].map((each) => {
      const model = new LatencyModel(tf, each);
      const answer = model.predict(programs, onDevice(device));
      model.dispose();
      return answer;
    });
    expect(after?.means).toBeAllclose(before?.means as Float64Array, { absolute: 1e-4 });
    expect(after?.deviations).toBeAllclose(before?.deviations as Float64Array, { relative: 1e-4 });
  });

  it('should refuse other labels: no weights could say the same of them', () => {
    const state = sampleState(createRng(23), smallConfig);
    const other = { ...state.normalisation, label: { kind: 'log' as const } };
    expect(() => renormalise(state, other)).toThrow(/other labels/);
  });

  it('should give a column without a say none, and leave its argument alone', () => {
    const rng = createRng(22);
    const state = sampleState(rng, smallConfig);
    const mute = (width: number) => ({
      mean: new Float32Array(width),
      inverseDeviation: new Float32Array(width),
    });
    const from = {
      ...state,
      normalisation: { ...state.normalisation, leaf: mute(smallConfig.leafWidth) },
    };
    const kept = from.values.slice();
    const to = renormalise(from, state.normalisation);
    expect(from.values).toEqual(kept);
    const count = smallConfig.leafWidth * smallConfig.width;
    expect(to.values.slice(0, count).every((value) => value === 0)).toBe(true);
  });
});
