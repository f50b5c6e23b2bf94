import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../base';
import type { SplitsOptions } from '../config';
import { Code, internalError, PredictorError } from '../errors';
import { isLogTask, type Task } from '../program';
import {
  assertSound,
  type Computation,
  formatSplitFile,
  gatherComputations,
  kindDescriptions,
  loadSplit,
  makeSplits,
  type SplitFile,
  splitKinds,
  type UnplacedTask,
} from '../splits';
import type { RecordStore } from '../store';
import type { CommandIo } from './command-io';
import { formatSplitTable } from './split-table';
import { withStoreThatIs } from './with-store';

/** Writes a file a kind of split into the folder; prints a line of JSON for each. */
export async function makeSplitFiles(options: SplitsOptions, io: CommandIo): Promise<void> {
  const { seed, out } = options;
  const { computations, unplacedTasks } = await withStoreThatIs(options, readComputations);
  if (computations.length === 0) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `record store "${options.store.name}" has no whole task to part: register tasks, or rebuild logs first`,
    );
  }
  // All of them first: what breaks its promise is not written, and nothing beside it.
  const files = splitKinds.map((kind) => {
    const description = kindDescriptions[kind];
    const made = makeSplits(kind, computations, seed);
    return soundFile({ kind, seed, description, ...made, computations, unplacedTasks });
  });
  await mkdir(out, { recursive: true });
  for (const file of files) {
    const path = join(out, `${file.kind}.json`);
    await replaceFile(path, formatSplitFile(file));
    const counts = { splits: file.splits.length, skipped: file.skipped.length };
    const computationCount = computations.length;
    io.print(JSON.stringify({ event: 'split', path, ...counts, computations: computationCount }));
  }
}

function soundFile(file: SplitFile): SplitFile {
  try {
    assertSound(file);
  } catch (thrown) {
    const { rawMessage } = PredictorError.from(thrown);
    throw internalError(`splits ${file.kind}: ${rawMessage}`, { cause: thrown });
  }
  return file;
}

async function readComputations(store: RecordStore): Promise<{
  readonly computations: readonly Computation[];
  readonly unplacedTasks: readonly UnplacedTask[];
}> {
  const whole: Task[] = [];
  for await (const task of store.listTasksWhole()) whole.push(task);
  const summaries = await store.listTasks({});
  const unplacedTasks = summaries
    .map((summary) => summary.task)
    .filter(isLogTask)
    .map(({ id, workloadKey, deviceName }) => ({
      id,
      workloadKey,
      device: deviceName,
      reason: 'known by its log alone: what it computes is not known',
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { computations: gatherComputations(whole), unplacedTasks };
}

/** Prints a table of the splits of a file, after checking that no computation is on two sides. */
export async function showSplitFile(path: string, io: CommandIo): Promise<void> {
  const file = await loadSplit(path);
  const { kind, seed, description, computations, skipped, unplacedTasks } = file;
  io.print(`${kind}, seed ${seed}: ${description}`);
  io.print(`${computations.length} computations, ${unplacedTasks.length} tasks without\n`);
  io.print(formatSplitTable(file));
  for (const { name, reason } of skipped) io.print(`no split ${name}: ${reason}`);
}
