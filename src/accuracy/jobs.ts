import type { Fold } from './folds';
import type { FewShotProtocol, Protocol, Sampler } from './protocol-file';

/**
 * A piece of work whose outcome is kept; whoever runs jobs passes over those that are done. All
 * names are below the dataset's folder for jobs.
 */
export interface Job {
  /** Path of its folder: protocol, fold, and what tells it from its like. */
  readonly id: string;
  readonly kind: 'train' | 'choose' | 'adapt' | 'xgboost';
  readonly dataset: string;
  readonly protocol: string;
  readonly fold: string;
  readonly seed: number;
  /** Manifest that it reads. */
  readonly manifest: string;
  /** Of `choose`: the manifest that it writes. */
  readonly makes?: string;
  /** Of `choose` and `adapt`: the training job whose model they begin from. */
  readonly source?: string;
  readonly sampler?: string;
  /** Of `xgboost`: how it learns. */
  readonly form?: 'rank' | 'pooled';
  /** Of `xgboost`: whether the programs to adapt to are learned from too. */
  readonly adapts?: boolean;
}

/** What figures are worked out from: the predictions of two rivals on one manifest. */
export interface Comparison {
  readonly protocol: string;
  readonly fold: string;
  readonly seed: number;
  readonly stage: 'source' | 'final';
  readonly sampler?: string;
  /** Whose `test` side is judged. */
  readonly manifest: string;
  /** Job of ours. */
  readonly ours: string;
  /** XGBoost's jobs; none for samplers that are only compared among each other. */
  readonly rivals: readonly string[];
}

export interface FoldPlan {
  /** In an order in which each finds what it needs. XGBoost's come as early as they can. */
  readonly jobs: readonly Job[];
  readonly comparisons: readonly Comparison[];
}

const FORMS = Object.freeze(['rank', 'pooled'] as const);

export function planFold(protocol: Protocol, fold: Fold): FoldPlan {
  return protocol.kind === 'few-shot' ? planFewShot(protocol, fold) : planPlain(protocol, fold);
}

/** XGBoost's learning has no chance in it, so that it learns once for all seeds. */
function planPlain(protocol: Exclude<Protocol, FewShotProtocol>, fold: Fold): FoldPlan {
  const { dataset, seeds } = protocol;
  const path = `${protocol.name}/${fold.name}`;
  const manifest = `${path}/manifest`;
  const common = { dataset, protocol: protocol.name, fold: fold.name, manifest };
  const adapts = protocol.kind === 'device-records';
  const rivals = xgboostJobs(`${path}/xgboost`, { ...common, seed: seeds[0] as number, adapts });
  const ours = seeds.flatMap((seed): readonly Job[] => {
    const of = { ...common, seed };
    if (!adapts) return [{ ...of, id: `${path}/seed-${seed}/ours`, kind: 'train' }];
    const source = `${path}/seed-${seed}/source`;
    return [
      { ...of, id: source, kind: 'train' },
      { ...of, id: `${path}/seed-${seed}/ours`, kind: 'adapt', source },
    ];
  });
  const comparisons = seeds.map((seed) => ({
    protocol: protocol.name,
    fold: fold.name,
    seed,
    stage: 'final' as const,
    manifest,
    ours: `${path}/seed-${seed}/ours`,
    rivals: rivals.map((job) => job.id),
  }));
  return { jobs: [...rivals, ...ours], comparisons };
}

function planFewShot(protocol: FewShotProtocol, fold: Fold): FoldPlan {
  const { dataset, seeds, sourceSeeds, samplers } = protocol;
  const path = `${protocol.name}/${fold.name}`;
  const sourceManifest = `${path}/source-manifest`;
  const common = { dataset, protocol: protocol.name, fold: fold.name };
  const sourceOf = (seed: number): string => `${path}/source-${seed}`;
  const sourceRivals = xgboostJobs(`${path}/source-xgboost`, {
    ...common,
    seed: sourceSeeds[0] as number,
    manifest: sourceManifest,
    adapts: false,
  });
  const jobs: Job[] = [
    ...sourceRivals,
    ...sourceSeeds.map((seed): Job => {
      return { ...common, seed, id: sourceOf(seed), kind: 'train', manifest: sourceManifest };
    }),
  ];
  const comparisons: Comparison[] = [];
  seeds.forEach((seed, place) => {
    const source = sourceOf(sourceSeeds[place % sourceSeeds.length] as number);
    samplers.forEach((sampler, rank) => {
      const planned = planChoice({ ...common, seed }, `${path}/seed-${seed}`, source, sampler, {
        sourceManifest,
        sourceRivals: rank === 0 ? sourceRivals : [],
        hasRivals: rank === 0,
      });
      jobs.push(...planned.jobs);
      comparisons.push(...planned.comparisons);
    });
  });
  return { jobs, comparisons };
}

/** One sampler's choice, both rivals adapted to it, and both before they were. */
function planChoice(
  common: Pick<Job, 'dataset' | 'protocol' | 'fold' | 'seed'>,
  path: string,
  source: string,
  { name: sampler }: Sampler,
  rivals: {
    readonly sourceManifest: string;
    readonly sourceRivals: readonly Job[];
    readonly hasRivals: boolean;
  },
): FoldPlan {
  const of = { ...common, sampler, source };
  const manifest = `${path}/${sampler}/manifest`;
  const choose: Job = {
    ...of,
    id: `${path}/${sampler}/choice`,
    kind: 'choose',
    manifest: rivals.sourceManifest,
    makes: manifest,
  };
  const adaptedRivals = rivals.hasRivals
    ? xgboostJobs(`${path}/${sampler}/xgboost`, { ...common, manifest, adapts: true })
    : [];
  const ours: Job = { ...of, id: `${path}/${sampler}/ours`, kind: 'adapt', manifest };
  const { protocol, fold, seed } = common;
  const compared = { protocol, fold, seed, sampler, manifest };
  return {
    jobs: [choose, ...adaptedRivals, ours],
    comparisons: [
      { ...compared, stage: 'source', ours: source, rivals: idsOf(rivals.sourceRivals) },
      { ...compared, stage: 'final', ours: ours.id, rivals: idsOf(adaptedRivals) },
    ],
  };
}

function xgboostJobs(
  prefix: string,
  common: Pick<Job, 'dataset' | 'protocol' | 'fold' | 'seed' | 'manifest'> & { adapts: boolean },
): readonly Job[] {
  return FORMS.map((form) => ({ ...common, id: `${prefix}-${form}`, kind: 'xgboost', form }));
}

function idsOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map((job) => job.id);
}
