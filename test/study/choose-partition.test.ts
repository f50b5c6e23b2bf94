import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../../src/corpus';
import { Code } from '../../src/errors';
import { formatSplitFile, gatherComputations, makeSplits } from '../../src/splits';
import { choosePartition } from '../../src/study';
import { sampleCorpus } from '../corpus/sample-corpus';
import { expectError } from '../support/expect-error';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('choosePartition', () => {
  const folder = useTemporaryFolder();
  let corpus: Corpus;
  beforeAll(async () => {
    corpus = await sampleCorpus(30);
  });

  it('should leave all together where nothing is to be parted', async () => {
    const { partition } = await choosePartition(corpus, { kind: 'all' });
    expect(partition.train).toHaveLength(150);
    expect(partition.test).toEqual([]);
  });

  it('should part by sample, 72:8:20', async () => {
    const { partition, description } = await choosePartition(corpus, {
      kind: 'by-sample',
      seed: 3,
    });
    const { train, validation, test } = partition;
    expect(train.length + validation.length + test.length).toBe(150);
    expect(test.length).toBeGreaterThan(15);
    expect(test.length).toBeLessThan(45);
    expect(description).toContain('seed 3');
  });

  it('should part as a split of a file says', async () => {
    const tasks = [
      ...corpus.tasks.map(({ task }) => task),
      ...fixtureNames.map((name) => loadFixture(name).task),
    ];
    const computations = gatherComputations(tasks);
    const made = makeSplits('by-task', computations, 1);
    const file = join(folder.path, 'by-task.json');
    const content = { kind: 'by-task', seed: 1, description: 'Unseen tasks.' } as const;
    await writeFile(
      file,
      formatSplitFile({ ...content, ...made, computations, unplacedTasks: [] }),
    );
    const { partition, description } = await choosePartition(corpus, {
      kind: 'split',
      file,
      fold: 'fold-2',
    });
    const split = made.splits.find(({ name }) => name === 'fold-2');
    const tested = new Set(split?.test.computations);
    expect(partition.test).toEqual(
      corpus.entries.flatMap(({ taskIndex }, index) =>
        tested.has(corpus.tasks[taskIndex]?.computation as string) ? [index] : [],
      ),
    );
    expect(description).toBe('by-task, seed 1, fold-2: Unseen tasks.');
    await expectError(
      () => choosePartition(corpus, { kind: 'split', file, fold: 'fold-9' }),
      Code.NotFound,
      /--fold "fold-9" is not in .*; it has fold-1, fold-2, fold-3, fold-4/,
    );
  });
});
