import type { Corpus } from '../../src/corpus';
import { Code } from '../../src/errors';
import { programHash } from '../../src/program';
import { formatSampleFile, parseSampleFile } from '../../src/sampling';
import { MemoryRecordStore } from '../../src/store';
import { describeSample } from '../../src/study/describe-sample';
import { sampleCandidates } from '../../src/study/sample-candidates';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { sampleCorpus } from './sample-corpus';

describe('describeSample', () => {
  const task = domainTask(8, 'k80');
  const computation = 'c'.repeat(32);
  const printed = { loopNest: 'for i (0,8)\n', transformSteps: '' };
  const records = [domainRecord(1), domainRecord(2), domainRecord(3, { program: printed })];
  let store: MemoryRecordStore;

  beforeEach(async () => {
    store = new MemoryRecordStore();
    await store.putTask(task);
    await store.append(task.id, records, 'test');
  });
  afterEach(() => store.dispose());

  /** Of the records in the store, sequences 1 to 3. */
  const corpus = (): Corpus => {
    const programs = records.map(() => [1, 1]);
    const networks = ['resnet-18'];
    const made = sampleCorpus([
      { computation, deviceName: 'k80', networks, family: 'elementwise', programs },
    ]);
    return {
      ...made,
      tasks: made.tasks.map((one) => ({ ...one, task })),
      entries: made.entries.map((entry, index) => ({
        ...entry,
        programHash: programHash((records[index] as (typeof records)[number]).program),
      })),
    };
  };
  const toDescribe = (entries: readonly number[], of = corpus()) => ({
    corpus: of,
    candidates: sampleCandidates(of),
    chosen: [{ candidate: 0, reason: 'drawn at random', entries }],
    request: { taskSampler: 'random', programSampler: 'herding', seed: 5 } as const,
    deviceName: 'k80',
  });

  it('should tell what to measure, with the texts of the programs', async () => {
    const file = await describeSample(store, toDescribe([1, 2]));
    expect(file).toEqual({
      device: 'k80',
      taskSampler: 'random',
      programSampler: 'herding',
      seed: 5,
      candidates: { tasks: 1, programs: 3 },
      tasks: [
        {
          computation,
          family: 'elementwise',
          description: expect.stringContaining('elementwise'),
          networks: ['resnet-18'],
          taskIds: [task.id],
          workloadKeys: ['["relu", 8]'],
          reason: 'drawn at random',
          programs: [
            { hash: programHash(domainRecord(2).program), transformSteps: '[["AN",2]]' },
            { hash: programHash(printed), transformSteps: '', loopNest: 'for i (0,8)\n' },
          ],
        },
      ],
    });
    expect(parseSampleFile('x', formatSampleFile(file))).toEqual(file);
  });

  it('should say that a record has gone since the corpus was read', async () => {
    const stale = corpus();
    await store.prune({ taskId: task.id, measuredBeforeSeconds: 1_700_000_002 }, false);
    await expectError(
      () => describeSample(store, toDescribe([0], stale)),
      Code.Aborted,
      /record 1 .* choose again/,
    );
  });
});
