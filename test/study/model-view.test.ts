import { createRng } from '../../src/base';
import { modelView } from '../../src/study';
import { openBackend } from '../../src/tensor';
import { embedExamples } from '../../src/training';
import { sampleState, smallConfig } from '../model/sample-model';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import { sampleExamples } from '../training/sample-examples';

describe('modelView', () => {
  const tf = openBackend('native');
  const rng = createRng(4);
  const state = sampleState(rng, smallConfig);
  const examples = sampleExamples(rng, smallConfig, 9);

  it('should place programs by the embedding, with latency and uncertainty', () => {
    const { points, width, predictedSeconds, deviations } = modelView(tf, state)(examples);
    expect(width).toBe(smallConfig.decoderWidth);
    expect([...points]).toEqual([...embedExamples(tf, state, examples)]);
    for (const values of [predictedSeconds, deviations as Float64Array]) {
      expect(values).toHaveLength(9);
      expect(values.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    }
  });

  it('should not look at labels', () => {
    const others = examples.map((example) => ({ ...example, logLatency: 3 }));
    expect(modelView(tf, state)(others)).toEqual(modelView(tf, state)(examples));
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, () => modelView(tf, state)(examples)));
});
