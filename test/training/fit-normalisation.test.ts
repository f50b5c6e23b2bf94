import { createRng } from '../../src/base';
import { createTrainingSet, fitGapUnit, fitNormalisation } from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { sampleExamples } from './sample-examples';

const examples = sampleExamples(createRng(1), smallConfig, 60);

describe('fitNormalisation()', () => {
  it('should bring labels to mean 0 and deviation 1', () => {
    const { targetMean, targetDeviation } = fitNormalisation(smallConfig, examples, 'log');
    const labels = examples.map(({ logLatency }) => (logLatency - targetMean) / targetDeviation);
    const mean = labels.reduce((sum, x) => sum + x, 0) / labels.length;
    const variance = labels.reduce((sum, x) => sum + x * x, 0) / labels.length - mean ** 2;
    expect(mean).toBeCloseTo(0, 8);
    expect(variance).toBeCloseTo(1, 8);
  });

  it('should fit the transform of the labels too, or take the one that it is given', () => {
    const { label } = fitNormalisation(smallConfig, examples, 'box-cox');
    expect(label.kind).toBe('box-cox');
    const other = fitNormalisation(smallConfig, examples.slice(30), label);
    expect(other.label).toBe(label);
  });
});

describe('fitGapUnit()', () => {
  it('should not have the levels of tasks in it', () => {
    const two = [1, 1000].flatMap((scale) =>
      sampleExamples(createRng(2), smallConfig, 50, { taskId: `${scale}`, scale }),
    );
    const one = two.slice(0, 50);
    const unitOf = (part: typeof two) => fitGapUnit(createTrainingSet(part, 1), { kind: 'log' });
    expect(unitOf(two)).toBeCloseTo(unitOf(one), 6);
    expect(unitOf(one)).toBeCloseTo(fitNormalisation(smallConfig, one, 'log').targetDeviation, 6);
  });

  it('should be a number to divide by where there is nothing to compare', () => {
    expect(fitGapUnit(createTrainingSet(examples.slice(0, 1), 1), { kind: 'log' })).toBe(0.05);
  });
});
