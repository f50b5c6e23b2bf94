import { createRng } from '../../src/base';
import { LatencyModel } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { embedExamples, predictExamples } from '../../src/training';
import { sampleState, smallConfig } from '../model/sample-model';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';
import { sampleExamples } from './sample-examples';

const tf = openBackend('native');
const rng = createRng(6);
const config = { ...smallConfig, deviceNames: ['device-1'] };
const state = sampleState(rng, config);
const examples = [1, 2].flatMap((scale) => sampleExamples(rng, config, 20, { scale }));

describe('predictExamples()', () => {
  it('should give seconds above the base, each program on its own device', () => {
    const { latencySeconds, logDeviation } = predictExamples(tf, state, examples);
    const model = new LatencyModel(tf, state);
    const alone = examples.map(({ program, device, deviceName }) =>
      model.predict([program], [{ vector: device, row: deviceName === 'device-1' ? 1 : 0 }]),
    );
    model.dispose();
    // Estimate and reference of the samples are the same.
    expect(latencySeconds).toBeAllclose(
      alone.map(({ means }, i) => Math.exp((means[0] as number) + (examples[i]?.logEstimate ?? 0))),
    );
    expect(logDeviation).toBeAllclose(alone.map(({ deviations }) => deviations[0] as number));
  });

  it('should scale deviations of Box-Cox labels to those of ln(latency)', () => {
    const label = { kind: 'box-cox' as const, lambda: 0.5, logCentre: -6 };
    const other = { ...state, normalisation: { ...state.normalisation, label, targetMean: 1 } };
    const [example] = examples;
    const { logDeviation } = predictExamples(tf, other, [example as never]);
    const model = new LatencyModel(tf, other);
    const { means, deviations } = model.predict(
      [example?.program as never],
      [{ vector: example?.device as never, row: 1 }],
    );
    model.dispose();
    const power = 1 + 0.5 * (means[0] as number);
    expect(logDeviation[0]).toBeCloseTo((deviations[0] as number) / Math.max(0.02, power), 6);
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, () => {
      predictExamples(tf, state, examples);
      embedExamples(tf, state, examples);
    }));
});

describe('embedExamples()', () => {
  it('should place each program, in order', () => {
    const embeddings = embedExamples(tf, state, examples);
    expect(embeddings).toHaveLength(40 * config.decoderWidth);
    const last = embedExamples(tf, state, examples.slice(39));
    expect(Array.from(embeddings.slice(39 * config.decoderWidth))).toEqual(Array.from(last));
  });
});
