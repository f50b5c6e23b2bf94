import { createRng, shuffle } from '../../src/base';
import { Code } from '../../src/errors';
import type { ModelArtifact, Prediction, Predictor, TaskRecord } from '../../src/predictor';
import { measuredLatencySeconds, type ProgramSource } from '../../src/program';
import { expectError } from '../support/expect-error';
import type { Fixture } from '../support/fixtures';

export interface PredictorUnderTest {
  readonly predictor: Predictor;
  /** Releases what was made for it, a server for instance. Comes after the predictor's `dispose`. */
  release?(): Promise<void>;
}

export interface PredictorContract {
  /** A predictor that has learned nothing yet; each test has its own. */
  create(): Promise<PredictorUnderTest>;
  /** Programs of one task, at least three; records of the same task, all of them measured. */
  readonly fixture: Pick<Fixture, 'task' | 'programs' | 'records'>;
  /** False for an analytical estimate: `fit`, `save` and `load` are then not asked of it. Default true. */
  readonly learns?: boolean;
  /** Of one test; a fit on the fixture's records must fit in. Default 120 s. */
  readonly timeoutMs?: number;
}

const SEED = 7;

/** What every Predictor does, the gRPC client included. Call it at the top of a test file. */
export function describePredictorContract(name: string, contract: PredictorContract): void {
  const { fixture, learns = true, timeoutMs = 120_000 } = contract;
  const { task, programs } = fixture;
  // Each program once more under a name that repeats: a batch large enough to be split unevenly.
  const batch = [...programs, ...programs, ...programs];

  async function withPredictor(action: (predictor: Predictor) => Promise<void>): Promise<void> {
    const { predictor, release } = await contract.create();
    try {
      await action(predictor);
    } finally {
      await predictor.dispose();
      await release?.();
    }
  }

  const predict = (predictor: Predictor, asked: readonly ProgramSource[]) =>
    predictor.predict({ task, programs: asked });

  describe(`${name} as a Predictor`, () => {
    let taught: ModelArtifact | undefined;

    /** Each test from the same knowledge, learned once. */
    async function withTaught(action: (predictor: Predictor) => Promise<void>): Promise<void> {
      await withPredictor(async (predictor) => {
        if (taught !== undefined) await predictor.load(taught);
        await action(predictor);
      });
    }

    if (learns) {
      beforeAll(
        () =>
          withPredictor(async (predictor) => {
            await predictor.fit(fixture.records, { seed: SEED });
            taught = await predictor.save();
          }),
        timeoutMs,
      );
    }

    it(
      'should give one positive latency for each program, in order',
      () =>
        withTaught(async (predictor) => {
          const together = await predict(predictor, programs);
          expect(together).toHaveLength(programs.length);
          for (const prediction of together) {
            const { latencySeconds, logStandardDeviation } = latencyOf(prediction);
            expect(Number.isFinite(latencySeconds) && latencySeconds > 0).toBe(true);
            expect(logStandardDeviation).toBeGreaterThanOrEqual(0);
          }
          for (const [index, program] of programs.entries()) {
            expect(await predict(predictor, [program])).toEqual([together[index]]);
          }
          // An order can only be seen where the answers differ.
          expect(
            new Set(together.map((each) => latencyOf(each).latencySeconds)).size,
          ).toBeGreaterThan(1);
        }),
      timeoutMs,
    );

    it(
      'should answer an empty batch with nothing',
      () =>
        withTaught(async (predictor) => {
          expect(await predict(predictor, [])).toEqual([]);
        }),
      timeoutMs,
    );

    it(
      'should fail a program that it cannot read alone',
      () =>
        withTaught(async (predictor) => {
          const bad = { loopNest: 'unreadable (((', transformSteps: '' };
          const good = await predict(predictor, programs);
          const mixed = await predict(predictor, [bad, ...programs, bad]);
          expect(mixed.slice(1, -1)).toEqual(good);
          for (const prediction of [mixed[0], mixed.at(-1)]) {
            expect(prediction).toEqual({
              ok: false,
              failure: 'unreadable',
              code: Code.InvalidArgument,
              reason: expect.stringMatching(/\S/),
            });
          }
        }),
      timeoutMs,
    );

    it(
      'should give the same latencies bit for bit: again, shuffled, split',
      () =>
        withTaught(async (predictor) => {
          const first = await predict(predictor, batch);
          expect(await predict(predictor, batch)).toEqual(first);
          const order = shuffle([...batch.keys()], createRng(SEED));
          const shuffled = await predict(
            predictor,
            order.map((index) => batch[index] as ProgramSource),
          );
          expect(shuffled).toEqual(order.map((index) => first[index]));
          for (const size of [1, 3, 5]) {
            const split: Prediction[] = [];
            for (let start = 0; start < batch.length; start += size) {
              split.push(...(await predict(predictor, batch.slice(start, start + size))));
            }
            expect(split).toEqual(first);
          }
        }),
      timeoutMs,
    );

    it('should be released without having been asked anything', () =>
      withPredictor(async (predictor) => {
        expect((await predictor.describe()).trainedOn).toBe(0);
      }));

    if (!learns) return;

    it(
      'should say what it learned from, failed measurements left out',
      () =>
        withPredictor(async (predictor) => {
          const records = withFailures(fixture.records);
          const failed = records.filter(({ record }) => record.errorNumber !== 0).length;
          expect(failed).toBeGreaterThan(0);
          const summary = await predictor.fit(records, { seed: SEED });
          expect(summary).toMatchObject({
            trainedOn: records.length - failed,
            trainedThroughSequence: records.length,
          });
          const { trainedOn, trainedThroughSequence } = await predictor.describe();
          expect({ trainedOn, trainedThroughSequence }).toEqual({
            trainedOn: summary.trainedOn,
            trainedThroughSequence: summary.trainedThroughSequence,
          });
        }),
      timeoutMs,
    );

    it(
      'should refuse to learn from nothing, and keep what it knows',
      () =>
        withTaught(async (predictor) => {
          const before = [await predictor.describe(), await predict(predictor, programs)];
          const failures = fixture.records.map(failedRecord);
          for (const nothing of [[], failures]) {
            await expectError(
              () => predictor.fit(nothing, { seed: SEED }),
              Code.FailedPrecondition,
              /\S/,
            );
          }
          const after = [await predictor.describe(), await predict(predictor, programs)];
          expect(after).toEqual(before);
        }),
      timeoutMs,
    );

    it(
      'should predict the same bit for bit from what was saved',
      () =>
        withTaught(async (teacher) => {
          const artifact = await teacher.save();
          const latencies = await predict(teacher, batch);
          await withPredictor(async (pupil) => {
            await pupil.load(artifact);
            expect(await predict(pupil, batch)).toEqual(latencies);
            expect(Buffer.from((await pupil.save()).weights)).toEqual(
              Buffer.from(artifact.weights),
            );
          });
        }),
      timeoutMs,
    );

    it.each<[string, (artifact: ModelArtifact) => ModelArtifact]>([
      ['a changed byte', ({ card, weights }) => ({ card, weights: flipByte(weights) })],
      ['a missing end', ({ card, weights }) => ({ card, weights: weights.subarray(0, -1) })],
      ['a torn card', ({ card, weights }) => ({ card: card.slice(0, -1), weights })],
      ['no card', ({ weights }) => ({ card: '{}', weights })],
    ])(
      'should refuse an artifact with %s, and keep what it knows',
      (_name, corrupt) =>
        withTaught(async (predictor) => {
          const artifact = await predictor.save();
          const before = [await predictor.describe(), await predict(predictor, programs)];
          await expectError(() => predictor.load(corrupt(artifact)), Code.InvalidArgument, /\S/);
          expect([await predictor.describe(), await predict(predictor, programs)]).toEqual(before);
        }),
      timeoutMs,
    );
  });
}

function latencyOf(prediction: Prediction): Extract<Prediction, { ok: true }> {
  if (!prediction.ok) throw new Error(`expected a latency, but: ${prediction.reason}`);
  return prediction;
}

/** The records with one failed measurement in five, the last one too. */
function withFailures(records: readonly TaskRecord[]): TaskRecord[] {
  const failed = new Set([...records.keys()].filter((index) => index % 5 === 4));
  failed.add(records.length - 1);
  return records.map((each, index) => (failed.has(index) ? failedRecord(each) : each));
}

/** As TVM writes a measurement that did not end. */
function failedRecord(each: TaskRecord): TaskRecord {
  const record = {
    ...each.record,
    idempotencyKey: `${each.record.idempotencyKey}-failed`,
    costsSeconds: [1e10],
    errorNumber: 6,
    errorMessage: 'timed out',
  };
  if (measuredLatencySeconds(record) !== undefined) throw new Error('the record did not fail');
  return { ...each, record };
}

function flipByte(weights: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(weights);
  const middle = changed.length >> 1;
  changed[middle] = (changed[middle] as number) ^ 1;
  return changed;
}
