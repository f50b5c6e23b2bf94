import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../base';
import type { Corpus, CorpusEntry } from '../corpus';
import { Code, PredictorError } from '../errors';
import type { Estimate } from '../metrics';
import { openBackend, type Tf } from '../tensor';
import { type Example, predictExamples, type TrainingSettings } from '../training';
import { type AblationFile, loadAblationFile, type Variant } from './ablation-file';
import { changeExamples, ofCommonestLeafCount } from './change-programs';
import { assertSameDataset, readDataset } from './dataset';
import { QUICK_PARTS, settingsOf } from './job-settings';
import { pairUnits } from './judge';
import { unitsOf } from './judged-arm';
import { learn } from './learner';
import type { ManifestLine } from './manifest';
import { planDataset } from './plan';
import { writePredictions } from './predictions';
import type { Metric, ProtocolFile } from './protocol-file';
import { differenceOf, estimateOf, type IntervalOptions, type TaskUnit } from './task-units';
import { Workspace } from './workspace';

export interface AblationOptions {
  readonly cache: string;
  readonly file: ProtocolFile;
  /** Path of the variants. */
  readonly variants: string;
  readonly isQuick: boolean;
  readonly log: (text: string) => void;
  readonly interval: IntervalOptions;
}

/** A variant on the validation side, and what it differs by from the base on the same tasks. */
export interface VariantFigures {
  readonly name: string;
  readonly choice: string;
  readonly change: string;
  readonly figures: Readonly<Record<AblationMetric, Estimate | null>>;
  /** The variant's minus the base's; null of the base. */
  readonly differences: Readonly<Record<AblationMetric, Estimate | null>> | null;
}

const METRICS = Object.freeze(['mape', 'pairwise', 'peak1'] as const satisfies readonly Metric[]);
type AblationMetric = (typeof METRICS)[number];

/** Trains what is not trained yet and writes `ablation.json`; the test side is not looked at. */
export async function runAblation(options: AblationOptions): Promise<void> {
  const { cache, file, isQuick, interval } = options;
  const loaded = await loadAblationFile(options.variants);
  const ablation = isQuick ? { ...loaded, seeds: loaded.seeds.slice(0, 1) } : loaded;
  const protocol = file.protocols.find((one) => one.name === ablation.protocol);
  if (protocol === undefined) {
    throw new PredictorError(Code.NotFound, `protocol "${ablation.protocol}" is not there`);
  }
  const workspace = new Workspace(cache, protocol.dataset);
  const corpus = await readDataset(workspace);
  await assertSameDataset(workspace, corpus);
  await planDataset(workspace, corpus, { ...file, protocols: [protocol] });
  const name = `${protocol.name}/${ablation.fold}/manifest`;
  const { lines } = await workspace.manifest(name);
  const tf = openBackend('native');
  const corpora = new Map([['loop-nest', corpus]]);
  for (const { features } of ablation.variants) {
    if (!corpora.has(features)) corpora.set(features, await readDataset(workspace, features));
  }
  const validation = linesOfAll([...corpora.values()], lines);
  const units = new Map<Variant, ReadonlyMap<string, TaskUnit>>();
  for (const variant of ablation.variants) {
    const parts = [];
    for (const seed of ablation.seeds) {
      const job = `ablation/${variant.name}/seed-${seed}`;
      const settings = settingsOf(
        'train',
        file,
        protocol,
        variantParts(ablation, variant, isQuick),
      );
      const seen = corpora.get(variant.features) as Corpus;
      const task = { workspace, corpus: seen, tf, job, variant, settings, seed, lines };
      if (!workspace.hasPredictions(job)) await trainVariant(task, options.log);
      const predictions = await workspace.predictions(job);
      parts.push({ fold: ablation.fold, seed, lines: validation, predictions, job });
    }
    units.set(variant, unitsOf(parts, ablation.seeds));
  }
  const figures = figuresOf(units, interval);
  await replaceFile(join(cache, 'ablation.json'), `${JSON.stringify(figures, undefined, 1)}\n`);
}

/** Those of the validation side that every set of features can say something of. */
function linesOfAll(
  corpora: readonly Corpus[],
  lines: readonly ManifestLine[],
): readonly ManifestLine[] {
  const known = corpora.map(
    ({ entries }) => new Set(entries.map((entry) => entry.sequences[0] as number)),
  );
  return lines.filter(
    ({ side, sequence }) => side === 'validation' && known.every((of) => of.has(sequence)),
  );
}

interface VariantTask {
  readonly workspace: Workspace;
  readonly corpus: Corpus;
  readonly tf: Tf;
  readonly job: string;
  readonly variant: Variant;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly lines: readonly ManifestLine[];
}

async function trainVariant(task: VariantTask, log: (text: string) => void): Promise<void> {
  const { workspace, corpus, tf, job, variant, settings, seed, lines } = task;
  const { programs: changes } = variant;
  const bySequence = new Map(corpus.entries.map((entry) => [entry.sequences[0], entry]));
  const entriesOf = (side: ManifestLine['side']): readonly CorpusEntry[] =>
    lines
      .filter((line) => line.side === side)
      .flatMap((line) => bySequence.get(line.sequence) ?? []);
  const examplesOf = (entries: readonly CorpusEntry[]): readonly Example[] =>
    changeExamples(
      entries.map((entry) => entry.example),
      changes,
    );
  const all = examplesOf(entriesOf('train'));
  const train = changes.onlyCommonestLeafCount === true ? ofCommonestLeafCount(all) : all;
  const judged = entriesOf('validation');
  const validation = examplesOf(judged);
  const { schema } = corpus;
  const onProgress = (text: string): void => log(`${job}: ${text}`);
  const request = { schema, examples: train, validation, target: validation, settings, seed };
  const { state, result } = await learn(tf, { ...request, onProgress });
  const { latencySeconds, logDeviation } = predictExamples(tf, state, validation);
  const { steps, seconds, loss } = result;
  const summary = { learned: train.length, steps, seconds, loss, settings };
  await mkdir(dirname(workspace.predictionsPath(job)), { recursive: true });
  await replaceFile(workspace.jobPath(job, 'summary.json'), JSON.stringify(summary, undefined, 1));
  await writePredictions(
    workspace.predictionsPath(job),
    judged.map(({ sequences }, index) => ({
      sequence: sequences[0] as number,
      seconds: latencySeconds[index] as number,
      deviation: logDeviation[index] as number,
    })),
  );
  log(`${job}: ${JSON.stringify(result.validation?.figures ?? {})}`);
}

function variantParts(
  { settings }: AblationFile,
  variant: Variant,
  isQuick: boolean,
): Readonly<Record<string, unknown>> {
  return {
    ...settings,
    ...variant.settings,
    ...(variant.programs.hidesDevice === true && { deviceTable: { learned: false } }),
    ...(isQuick && QUICK_PARTS),
  };
}

function figuresOf(
  units: ReadonlyMap<Variant, ReadonlyMap<string, TaskUnit>>,
  interval: IntervalOptions,
): readonly VariantFigures[] {
  const base = [...units.values()][0] ?? new Map<string, TaskUnit>();
  return [...units].map(([{ name, choice, change }, of], place) => ({
    name,
    choice,
    change,
    figures: eachMetric((metric) => estimateOf(metric, [...of.values()], interval)),
    differences:
      place === 0
        ? null
        : eachMetric((metric) => differenceOf(metric, pairUnits(of, base), interval)),
  }));
}

function eachMetric(
  figure: (metric: AblationMetric) => Estimate | null,
): Readonly<Record<AblationMetric, Estimate | null>> {
  const entries = METRICS.map((metric) => [metric, figure(metric)] as const);
  return Object.fromEntries(entries) as Record<AblationMetric, Estimate | null>;
}
