import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { replaceFile } from '../base';
import { invalidArgument } from '../errors';
import { gatherComputations } from '../splits';
import { openBackend } from '../tensor';
import { runAblation } from './ablation';
import { assertSameDataset, readDataset, writePrograms } from './dataset';
import { judgeAll } from './judge-all';
import { type Plan, planDataset } from './plan';
import { loadProtocolFile, type ProtocolFile } from './protocol-file';
import { quickened } from './quicken';
import { runJob } from './run-job';
import { outcomesOf } from './verdict-outcomes';
import { Workspace } from './workspace';

export interface AccuracyIo {
  print(line: string): void;
  /** How far it has come, for people. */
  complain(line: string): void;
}

interface Options {
  readonly cache: string;
  readonly file: ProtocolFile;
  readonly isQuick: boolean;
  readonly only: string;
  readonly variants: string;
  readonly datasets: readonly string[];
  readonly io: AccuracyIo;
}

const RESAMPLES = 1000;
const QUICK_RESAMPLES = 50;
const BOOTSTRAP_SEED = 1;

const commands: Readonly<Record<string, (options: Options) => Promise<void>>> = Object.freeze({
  programs,
  plan,
  run,
  judge,
  ablate,
});

/**
 * `programs|plan|run|judge|ablate --cache FOLDER --protocols FILE [--quick] [--only PREFIX]
 * [--variants FILE] DATASET...`: the steps of `benchmarks/accuracy.py` that are ours.
 */
export async function runAccuracy(argv: readonly string[], io: AccuracyIo): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      cache: { type: 'string' },
      protocols: { type: 'string' },
      variants: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const [name = '', ...datasets] = positionals;
  const command = commands[name];
  const { cache, protocols, quick: isQuick, only, variants } = values;
  if (command === undefined || cache === undefined || protocols === undefined) {
    const known = Object.keys(commands).join(', ');
    throw invalidArgument(`command is "${name}"; give ${known}, with --cache and --protocols`);
  }
  const loaded = await loadProtocolFile(protocols);
  const file = isQuick ? quickened(loaded) : loaded;
  await command({ cache, file, isQuick, only, variants, datasets, io });
}

async function programs({ cache, datasets, io }: Options): Promise<void> {
  for (const dataset of datasets) {
    const count = await writePrograms(new Workspace(cache, dataset));
    io.print(JSON.stringify({ event: 'programs', dataset, programs: count }));
  }
}

async function plan({ cache, file, isQuick, datasets, io }: Options): Promise<void> {
  let all: Plan = { jobs: [], comparisons: [], skipped: [] };
  for (const dataset of datasets) {
    const workspace = new Workspace(cache, dataset);
    const corpus = await readDataset(workspace);
    await assertSameDataset(workspace, corpus);
    const planned = await planDataset(workspace, corpus, file, isQuick ? 1 : undefined);
    all = {
      jobs: [...all.jobs, ...planned.jobs],
      comparisons: [...all.comparisons, ...planned.comparisons],
      skipped: [...all.skipped, ...planned.skipped],
    };
  }
  await replaceFile(join(cache, 'plan.json'), `${JSON.stringify(all, undefined, 1)}\n`);
  io.print(JSON.stringify({ event: 'planned', jobs: all.jobs.length, skipped: all.skipped }));
}

async function run({ cache, file, isQuick, only, datasets, io }: Options): Promise<void> {
  const { jobs } = await readPlan(cache);
  for (const dataset of datasets) {
    const workspace = new Workspace(cache, dataset);
    const wanted = jobs.filter(
      (job) => job.dataset === dataset && job.kind !== 'xgboost' && job.id.startsWith(only),
    );
    if (wanted.every((job) => workspace.isDone(job))) continue;
    const corpus = await readDataset(workspace);
    await assertSameDataset(workspace, corpus);
    const context = {
      workspace,
      corpus,
      computations: gatherComputations(corpus.tasks.map(({ task }) => task)),
      file,
      tf: openBackend('native'),
      isQuick,
      log: (text: string) => io.complain(text),
    };
    for (const job of wanted) if (!workspace.isDone(job)) await runJob(context, job);
  }
}

async function judge({ cache, file, isQuick, io }: Options): Promise<void> {
  const { comparisons } = await readPlan(cache);
  const verdict = await judgeAll(file, comparisons, outcomesOf(cache, file), {
    leastRecordsForRank: file.leastRecordsForRank,
    bootstrapSeed: BOOTSTRAP_SEED,
    resamples: isQuick ? QUICK_RESAMPLES : RESAMPLES,
  });
  await replaceFile(join(cache, 'verdict.json'), `${JSON.stringify(verdict, undefined, 1)}\n`);
  io.print(JSON.stringify({ event: 'judged', figures: Object.keys(verdict.figures).length }));
}

async function ablate({ cache, file, isQuick, variants, io }: Options): Promise<void> {
  const resamples = isQuick ? QUICK_RESAMPLES : RESAMPLES;
  await runAblation({
    cache,
    file,
    variants,
    isQuick,
    log: (text) => io.complain(text),
    interval: {
      leastRecordsForRank: file.leastRecordsForRank,
      bootstrapSeed: BOOTSTRAP_SEED,
      resamples,
    },
  });
}

async function readPlan(cache: string): Promise<Plan> {
  return JSON.parse(await readFile(join(cache, 'plan.json'), 'utf8')) as Plan;
}
