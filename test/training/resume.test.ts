import { createRng, systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { openBackend } from '../../src/tensor';
import {
  type CheckpointPort,
  DEFAULT_SETTINGS,
  decodeCheckpoint,
  encodeCheckpoint,
  type TrainingCheckpoint,
  type TrainingRequest,
  type TrainingSettings,
  train,
} from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { errorOf, expectError } from '../support/expect-error';
import { sampleExamples } from './sample-examples';

const tf = openBackend('native');
const rng = createRng(3);
const settings: TrainingSettings = {
  ...DEFAULT_SETTINGS,
  leastSteps: 48,
  mostSteps: 48,
  leafNoise: 0.2,
  batches: { programsPerStep: 16, programsPerTask: 8, rowsPerStep: 1024 },
  cmd: { weight: 0.5, moments: 5, programsPerStep: 8 },
  deviceTable: { learned: true, dropout: 0.3 },
  // A look every fifth step: checkpoints, every eighth, fall between looks.
  validation: { ...DEFAULT_SETTINGS.validation, figure: 'mape', everyShare: 0.1 },
};
const request: TrainingRequest = {
  config: { ...smallConfig, layers: 1, deviceNames: ['device-1', 'device-2'] },
  examples: [1, 2].flatMap((scale) =>
    sampleExamples(rng, smallConfig, 40, { taskId: `${scale}`, scale }),
  ),
  validation: sampleExamples(rng, smallConfig, 30),
  target: sampleExamples(rng, smallConfig, 30),
  seed: 5,
  settings,
  clock: systemClock,
};

/** Keeps the bytes that a file would hold. */
class MemoryCheckpoint implements CheckpointPort {
  readonly everySeconds: number;
  bytes: Uint8Array | undefined;
  saves = 0;

  constructor(bytes?: Uint8Array, everySeconds = 1e9) {
    this.bytes = bytes;
    this.everySeconds = everySeconds;
  }

  async load(): Promise<TrainingCheckpoint | undefined> {
    return this.bytes && decodeCheckpoint(this.bytes);
  }

  async save(checkpoint: TrainingCheckpoint): Promise<void> {
    this.bytes = encodeCheckpoint(checkpoint);
    this.saves++;
  }
}

/** What a training that is stopped at a step leaves. */
async function stoppedAt(step: number, from?: Uint8Array): Promise<Uint8Array> {
  const checkpoint = new MemoryCheckpoint(from);
  const controller = new AbortController();
  const stopped = {
    ...request,
    checkpoint,
    signal: controller.signal,
    onProgress: (progress: { step: number }) => {
      if (progress.step >= step) controller.abort();
    },
  };
  const error = await errorOf(() => train(tf, stopped));
  expect(error.rawMessage).toBe(
    `training was stopped after ${step} of 48 steps; its checkpoint is kept to go on from`,
  );
  return checkpoint.bytes as Uint8Array;
}

describe('a training that was interrupted', () => {
  it('should end with the weights of one that was not', async () => {
    const whole = await train(tf, request);
    const first = await stoppedAt(16);
    const second = await stoppedAt(32, first);
    const resumed = await train(tf, { ...request, checkpoint: new MemoryCheckpoint(second) });
    expect(Array.from(resumed.state.values)).toEqual(Array.from(whole.state.values));
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.validation).toEqual(whole.validation);
    expect(resumed.loss).toBe(whole.loss);
    expect(resumed.steps).toBe(whole.steps);
    expect(resumed.state).toEqual(whole.state);
  });

  it('should not be changed by checkpoints made on the way', async () => {
    const whole = await train(tf, request);
    const often = new MemoryCheckpoint(undefined, 0);
    const watched = await train(tf, { ...request, checkpoint: often });
    expect(often.saves).toBe(48 / 8);
    expect(Array.from(watched.state.values)).toEqual(Array.from(whole.state.values));
  });

  it.each<[string, Partial<TrainingRequest>]>([
    ['another seed', { seed: 6 }],
    ['other data', { examples: request.examples.slice(1) }],
    ['other settings', { settings: { ...settings, evenShare: 0.5 } }],
  ])('should not go on as another one: %s', async (_, change) => {
    const checkpoint = new MemoryCheckpoint(await stoppedAt(8));
    await expectError(
      () => train(tf, { ...request, ...change, checkpoint }),
      Code.FailedPrecondition,
      /checkpoint: it is of other data, settings or seed/,
    );
  });
});

describe('decodeCheckpoint()', () => {
  it('should refuse what is cut off or changed', async () => {
    const bytes = await stoppedAt(8);
    const changed = bytes.slice();
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
    for (const bad of [new Uint8Array(2), bytes.slice(0, 100), bytes.slice(0, -4), changed]) {
      await expectError(
        () => decodeCheckpoint(bad),
        Code.DataLoss,
        /training checkpoint: .*; remove it to begin anew/s,
      );
    }
  });
});
