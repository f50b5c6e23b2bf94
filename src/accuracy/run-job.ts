import { replaceFile } from '../base';
import type { Corpus, CorpusEntry } from '../corpus';
import { internalError } from '../errors';
import type { ModelState } from '../model';
import type { Computation } from '../splits';
import { modelView } from '../study';
import type { Tf } from '../tensor';
import { predictExamples } from '../training';
import { chooseAdaptation } from './choose-adaptation';
import { foldsOf } from './folds';
import { QUICK_PARTS, settingsOf } from './job-settings';
import type { Job } from './jobs';
import { type Learned, type LearnRequest, learn, loadModel, saveModel } from './learner';
import { writeManifest } from './manifest';
import { sharesOf } from './plan';
import { writePredictions } from './predictions';
import type { Protocol, ProtocolFile } from './protocol-file';
import { type ProgramSide, sidesAfterChoice } from './sides';
import { toManifest } from './to-manifest';
import type { Workspace } from './workspace';

/** What jobs of one dataset share. */
export interface JobContext {
  readonly workspace: Workspace;
  readonly corpus: Corpus;
  readonly computations: readonly Computation[];
  readonly file: ProtocolFile;
  readonly tf: Tf;
  readonly isQuick: boolean;
  readonly log: (text: string) => void;
}

/** Runs a job of ours to its end; its outcome is there whole or not at all. */
export async function runJob(context: JobContext, job: Job): Promise<void> {
  const protocol = context.file.protocols.find((one) => one.name === job.protocol);
  if (protocol === undefined) throw internalError(`job "${job.id}" is of no protocol`);
  switch (job.kind) {
    case 'train':
      return trainJob(context, job, protocol);
    case 'adapt':
      return adaptJob(context, job, protocol);
    case 'choose':
      return chooseJob(context, job, protocol);
    case 'xgboost':
      throw internalError(`job "${job.id}" is the other side's`);
  }
}

async function trainJob(context: JobContext, job: Job, protocol: Protocol): Promise<void> {
  const sides = await entriesBySide(context, job.manifest);
  await learnAndPredict(context, job, settingsFor(context, 'train', protocol), {
    examples: examplesOf(sides, 'train'),
    validation: examplesOf(sides, 'validation'),
    target: examplesOf(sides, 'test', 'candidate', 'adaptation'),
  });
}

async function adaptJob(context: JobContext, job: Job, protocol: Protocol): Promise<void> {
  const { workspace, corpus } = context;
  const sides = await entriesBySide(context, job.manifest);
  const start = await loadModel(workspace.jobPath(sourceOf(job), 'model'), corpus.schema);
  await learnAndPredict(context, job, settingsFor(context, 'finetune', protocol), {
    examples: examplesOf(sides, 'adaptation'),
    validation: examplesOf(sides, 'adaptation-validation'),
    target: examplesOf(sides, 'test'),
    start,
  });
}

/** Sides that the choice makes; both rivals learn and are judged by these. */
async function chooseJob(context: JobContext, job: Job, protocol: Protocol): Promise<void> {
  const { workspace, corpus, computations, file, tf } = context;
  const { makes, fold: name, seed } = job;
  if (protocol.kind !== 'few-shot' || makes === undefined) {
    throw internalError(`job "${job.id}" has nothing to choose`);
  }
  const fold = foldsOf(protocol, computations, file.splitSeed).folds.find(
    (one) => one.name === name,
  );
  const sampler = protocol.samplers.find((one) => one.name === job.sampler);
  if (fold?.split === undefined || fold.device === undefined || sampler === undefined) {
    throw internalError(`job "${job.id}": its fold or sampler is not there`);
  }
  const { split: before, device } = fold;
  const view =
    sampler.view === 'features' ? undefined : modelView(tf, await sourceState(context, job));
  const { split, programs } = chooseAdaptation(
    corpus,
    before,
    device,
    computations,
    protocol,
    sampler,
    seed,
    view,
  );
  const sides = sidesAfterChoice(corpus, split, programs, sharesOf(protocol, file.splitSeed));
  const chosen = split.adaptation?.computations ?? [];
  const about = { protocol, splitSeed: file.splitSeed, sampler, seed, chosen };
  const head = { protocol: protocol.name, fold: name, about };
  await writeManifest(workspace.manifestPath(makes), toManifest(corpus, sides, head));
}

async function learnAndPredict(
  context: JobContext,
  job: Job,
  settings: LearnRequest['settings'],
  parts: Pick<LearnRequest, 'examples' | 'validation' | 'target' | 'start'>,
): Promise<void> {
  const { workspace, corpus, tf, log } = context;
  const { schema } = corpus;
  const { seed } = job;
  const onProgress = (text: string): void => log(`${job.id}: ${text}`);
  const learned = await learn(tf, { schema, ...parts, settings, seed, onProgress });
  await saveModel(workspace.jobPath(job.id, 'model'), schema, learned, settings, seed);
  const summary = summaryOf(learned, parts);
  await replaceFile(
    workspace.jobPath(job.id, 'summary.json'),
    `${JSON.stringify(summary, undefined, 1)}\n`,
  );
  await predict(context, job, learned.state);
  log(`${job.id}: ${JSON.stringify(summary.validation ?? {})}, ${Math.round(summary.seconds)} s`);
}

/** Of everything that may be judged or chosen by, not of what was learned from. */
async function predict({ workspace, corpus, tf }: JobContext, job: Job, state: ModelState) {
  const sides = await entriesBySide({ workspace, corpus }, job.manifest);
  const entries = [
    ...(sides.get('validation') ?? []),
    ...(sides.get('test') ?? []),
    ...(sides.get('candidate') ?? []),
  ];
  const { latencySeconds, logDeviation } = predictExamples(
    tf,
    state,
    entries.map((entry) => entry.example),
  );
  const lines = entries.map((entry, index) => ({
    sequence: entry.sequences[0] as number,
    seconds: latencySeconds[index] as number,
    deviation: logDeviation[index] as number,
  }));
  await writePredictions(workspace.predictionsPath(job.id), lines);
}

async function entriesBySide(
  { workspace, corpus }: Pick<JobContext, 'workspace' | 'corpus'>,
  manifest: string,
): Promise<ReadonlyMap<ProgramSide, readonly CorpusEntry[]>> {
  const { lines } = await workspace.manifest(manifest);
  const bySequence = new Map(corpus.entries.map((entry) => [entry.sequences[0], entry]));
  const sides = new Map<ProgramSide, CorpusEntry[]>();
  for (const { sequence, side } of lines) {
    const entry = bySequence.get(sequence);
    if (entry === undefined)
      throw internalError(`manifest "${manifest}": record ${sequence} has gone`);
    const entries = sides.get(side);
    if (entries === undefined) sides.set(side, [entry]);
    else entries.push(entry);
  }
  return sides;
}

function examplesOf(
  sides: ReadonlyMap<ProgramSide, readonly CorpusEntry[]>,
  ...wanted: readonly ProgramSide[]
): LearnRequest['examples'] {
  return wanted.flatMap((side) => (sides.get(side) ?? []).map((entry) => entry.example));
}

function settingsFor(
  { file, isQuick }: JobContext,
  phase: 'train' | 'finetune',
  protocol: Protocol,
) {
  return settingsOf(phase, file, protocol, isQuick ? QUICK_PARTS : {});
}

function sourceOf({ id, source }: Job): string {
  if (source === undefined) throw internalError(`job "${id}" begins from no model`);
  return source;
}

async function sourceState({ workspace, corpus }: JobContext, job: Job): Promise<ModelState> {
  const { state } = await loadModel(workspace.jobPath(sourceOf(job), 'model'), corpus.schema);
  return state;
}

function summaryOf({ result }: Learned, parts: Pick<LearnRequest, 'examples' | 'validation'>) {
  const { steps, skippedSteps, loss, validation, history, seconds, samplesPerSecond } = result;
  return {
    learned: parts.examples.length,
    validated: parts.validation.length,
    steps,
    skippedSteps,
    loss,
    seconds,
    samplesPerSecond,
    validation,
    history,
  };
}
