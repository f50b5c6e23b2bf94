import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile, systemClock } from '../base';
import type { SampleOptions } from '../config';
import { type Corpus, readCorpus } from '../corpus';
import { type FeatureSource, loopNestSource } from '../features';
import { formatSampleFile } from '../sampling';
import type { RecordStore } from '../store';
import {
  chooseSample,
  describeSample,
  modelView,
  openModel,
  sampleCandidates,
  type ViewPrograms,
} from '../study';
import type { CommandIo } from './command-io';
import { openTensors } from './open-tensors';
import { createProgress } from './progress';
import { sampleTable } from './sample-table';
import { withData } from './with-data';

/** Chooses what to measure on a device; prints a table and one line of JSON, writes `--out`. */
export async function sample(options: SampleOptions, io: CommandIo): Promise<void> {
  const { deviceName, taskSampler, programSampler, seed, out } = options;
  const { source, view } = await openView(options.model);
  await withData(options.data, io, async (store) => {
    const corpus = await readAll(store, source, io);
    const candidates = sampleCandidates(corpus, { deviceName });
    const chosen = chooseSample(corpus, candidates, { ...options, view });
    const request = { taskSampler, programSampler, seed };
    const file = await describeSample(store, { corpus, candidates, chosen, request, deviceName });
    if (out !== undefined) {
      await mkdir(dirname(out), { recursive: true });
      await replaceFile(out, formatSampleFile(file));
    }
    if (!options.json) io.print(`${sampleTable(file)}\n`);
    const { tasks, ...facts } = file;
    const programs = tasks.reduce((sum, task) => sum + task.programs.length, 0);
    const outcome = { event: 'sampled', ...facts, tasks: tasks.length, programs };
    io.print(JSON.stringify({ ...outcome, out: out ?? null }));
  });
}

/** Without a model, programs are compared by their features. */
async function openView(folder: string | undefined): Promise<{
  readonly source: FeatureSource;
  readonly view: ViewPrograms | undefined;
}> {
  if (folder === undefined) return { source: loopNestSource, view: undefined };
  const { state, source } = await openModel(folder);
  return { source, view: modelView(openTensors(), state) };
}

async function readAll(store: RecordStore, source: FeatureSource, io: CommandIo): Promise<Corpus> {
  const progress = createProgress(io, 'reading', systemClock);
  try {
    return await readCorpus(store, {
      source,
      onProgress: ({ recordsDone, total }) =>
        progress.update({ name: 'records', done: recordsDone, total, recordsDone }),
    });
  } finally {
    progress.stop();
  }
}
