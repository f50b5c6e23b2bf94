import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { recordLineOf } from '../ansor-log';
import { replaceFile, systemClock } from '../base';
import { type Corpus, readCorpus } from '../corpus';
import { Code, PredictorError } from '../errors';
import { type FeatureSource, loopNestSource, loweredSource } from '../features';
import { openRecordStore, type RecordStore, recordPages } from '../store';
import { readGzipLines, writeGzipLines } from './gzip-lines';
import { withLoweredFeatures } from './lowered-store';
import type { Workspace } from './workspace';

/** The dataset's programs, without those that TVM rejects: neither rival gets these. */
export async function readDataset(
  workspace: Workspace,
  features: FeatureSource['featureSet'] = 'loop-nest',
): Promise<Corpus> {
  const corpus = await withStore(workspace, async (store) =>
    features === 'loop-nest'
      ? readCorpus(store, { source: loopNestSource })
      : readCorpus(await withLoweredFeatures(store, workspace), { source: loweredSource }),
  );
  const lines = await readGzipLines(workspace.path('rejected.jsonl.gz'));
  const rejected = new Set(
    (lines as readonly { taskId: string; programHash: string }[]).map(
      ({ taskId, programHash }) => `${taskId} ${programHash}`,
    ),
  );
  const entries = corpus.entries.filter(
    ({ example, programHash }) => !rejected.has(`${example.taskId} ${programHash}`),
  );
  return { ...corpus, entries };
}

/**
 * Writes what the other side needs to know of the dataset: its programs with their record lines,
 * and its devices. Programs without a line that TVM reads are left out.
 */
export async function writePrograms(workspace: Workspace): Promise<number> {
  return withStore(workspace, async (store) => {
    const corpus = await readCorpus(store, { source: loopNestSource });
    const bySequence = new Map(corpus.entries.map((entry) => [entry.sequences[0], entry]));
    let count = 0;
    async function* lines(): AsyncGenerator<unknown> {
      for await (const page of recordPages(store, { isValid: true })) {
        for (const { sequence, task, record } of page) {
          const entry = bySequence.get(sequence);
          const recordLine = entry === undefined ? undefined : recordLineOf(task, record);
          if (entry === undefined || recordLine === undefined) continue;
          const { example, programHash, latencySeconds, taskIndex } = entry;
          const device = corpus.tasks[taskIndex]?.deviceName;
          const { taskId } = example;
          yield { sequence, taskId, device, programHash, latencySeconds, recordLine };
          count++;
        }
      }
    }
    await writeGzipLines(workspace.path('programs.jsonl.gz'), lines());
    const devices = new Map(corpus.tasks.map(({ task }) => [task.device.name, task.device]));
    const numbers = [...devices].map(([name, card]) => [name, numbersOf(card)]);
    const text = JSON.stringify(Object.fromEntries(numbers), undefined, 1);
    await replaceFile(workspace.path('devices.json'), `${text}\n`);
    return count;
  });
}

/**
 * FAILED_PRECONDITION where jobs were planned for other programs than these: their sides and
 * predictions would be of a mixture. Else notes what the plan is for.
 */
export async function assertSameDataset(workspace: Workspace, corpus: Corpus): Promise<void> {
  const hash = createHash('sha256');
  for (const { sequences, latencySeconds } of corpus.entries) {
    hash.update(`${sequences[0]} ${latencySeconds}\n`);
  }
  const fingerprint = hash.digest('hex');
  const path = workspace.path('fingerprint');
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && before !== fingerprint) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `dataset "${workspace.dataset}" has changed since its jobs were planned: remove "${workspace.path('jobs')}" and "${path}", then run again`,
    );
  }
  await replaceFile(path, fingerprint);
}

async function withStore<T>(
  workspace: Workspace,
  action: (store: RecordStore) => Promise<T>,
): Promise<T> {
  const path = workspace.path('records.sqlite');
  const location = { kind: 'sqlite' as const, path, name: path };
  const store = await openRecordStore({ location, clock: systemClock });
  try {
    return await action(store);
  } finally {
    await store.dispose();
  }
}

function numbersOf(card: object): Readonly<Record<string, number>> {
  const numbers = Object.entries(card).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(numbers);
}
