import { createRng, systemClock } from '../../src/base';
import type { Corpus } from '../../src/corpus';
import { Code } from '../../src/errors';
import { createFeatureSchema } from '../../src/features';
import { trainModel } from '../../src/study';
import { openBackend } from '../../src/tensor';
import { OFFLINE_SETTINGS, predictExamples, type TrainingSettings } from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { expectError } from '../support/expect-error';
import { sampleExamples } from '../training/sample-examples';

const tf = openBackend('native');
const { leafWidth, deviceWidth, deviceNames: _, ...model } = smallConfig;
const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const settings: TrainingSettings = {
  ...OFFLINE_SETTINGS,
  model,
  batches: { programsPerStep: 32, programsPerTask: 16, rowsPerStep: 4096 },
  leastSteps: 60,
  mostSteps: 60,
};

/** Two tasks on two devices, one thrice as slow; only what a training looks at. */
function corpusOf(perTask: number): Corpus {
  const examples = [1, 3].flatMap((scale) =>
    sampleExamples(createRng(scale), smallConfig, perTask, { taskId: `${scale}`, scale }),
  );
  return {
    schema: createFeatureSchema(names('leaf', leafWidth), names('device', deviceWidth)),
    tasks: [],
    entries: examples.map((example, i) => ({
      taskIndex: i < perTask ? 0 : 1,
      example,
      latencySeconds: Math.exp(example.logLatency),
      programHash: `${i}`,
      sequences: [i],
      recordSeconds: [Math.exp(example.logLatency)],
      repetitionSpread: undefined,
    })),
    refused: { count: 2, reasons: new Map([['not measured', 2]]) },
  };
}

const corpus = corpusOf(60);
const even = (index: number) => index % 2 === 0;
const train = [...corpus.entries.keys()].filter(even);
const validation = [...corpus.entries.keys()].filter((index) => !even(index));
const request = { tf, corpus, settings, seed: 1, clock: systemClock };

describe('trainModel()', () => {
  it('should learn from one side, and choose by the other', async () => {
    const trained = await trainModel({ ...request, partition: { train, validation } });
    expect(trained).toMatchObject({ learnedFrom: 60, judgedBy: 60 });
    expect(trained.training).toMatchObject({ trainedOn: 60, normalisedOn: 60, seed: 1 });
    const { state, validation: judged } = trained.result;
    expect(state.config.deviceNames).toEqual(['device-1', 'device-3']);
    const unseen = validation.map((index) => corpus.entries[index]?.example as never);
    const { latencySeconds } = predictExamples(tf, state, unseen);
    const errors = validation.map((index, i) => {
      const measured = corpus.entries[index]?.latencySeconds as number;
      return Math.abs((latencySeconds[i] as number) / measured - 1);
    });
    const mape = (100 * errors.reduce((sum, error) => sum + error, 0)) / errors.length;
    expect(judged?.figures.mapePercent).toBeCloseTo(mape, 6);
  });

  it('should take a model on, with a row for a device that it did not know', async () => {
    const onOne = train.filter((index) => index < 60);
    const first = await trainModel({ ...request, partition: { train: onOne, validation: [] } });
    const { state } = first.result;
    expect(state.config.deviceNames).toEqual([]);
    const tuned = await trainModel({
      ...request,
      settings: { ...settings, leastSteps: 10, mostSteps: 10 },
      partition: { train: train.filter((index) => index >= 60), validation: [] },
      start: { state, training: first.training },
    });
    expect(tuned.result.state.config.deviceNames).toEqual(['device-3']);
    expect(tuned.result.state.normalisation).toEqual(state.normalisation);
    expect(tuned.training.trainedOn).toBe(30 + 30);
  });

  it('should say why there is nothing to learn from', () =>
    expectError(
      () => trainModel({ ...request, partition: { train: [], validation } }),
      Code.FailedPrecondition,
      /none of 120 labelled programs .*2 more records have no label, most of them because: not measured/,
    ));
});
