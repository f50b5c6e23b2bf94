import type { Estimate } from '../metrics';
import type { Comparison } from './jobs';
import { type ArmPart, unitsOf } from './judged-arm';
import type { Manifest, ManifestLine } from './manifest';
import type { PredictionLine } from './predictions';
import { type FigureSpec, type Metric, metrics, type Protocol } from './protocol-file';
import {
  differenceOf,
  estimateOf,
  type IntervalOptions,
  type PairedUnit,
  type TaskUnit,
} from './task-units';

/** Where the outcomes of jobs lie; a file system, or a test's. */
export interface Outcomes {
  manifest(name: string): Promise<Manifest>;
  predictions(job: string): Promise<ReadonlyMap<number, PredictionLine>>;
  /** Whether all is there that a comparison is of. */
  isComplete(comparison: Comparison): boolean;
}

export type Stage = FigureSpec['stage'];
export type Subset = FigureSpec['subset'];

/** One predictor's figures. */
export interface ArmFigures {
  /** `ours`, or XGBoost's form: `xgboost-rank`, `xgboost-pooled`. */
  readonly name: string;
  /** Null where the arm has none: a ranking tells no latency. */
  readonly figures: Readonly<Record<Metric, Estimate | null>>;
}

/** All figures of a protocol at a stage, over its folds and seeds. */
export interface ProtocolFigures {
  readonly protocol: string;
  readonly stage: Stage;
  readonly subset: Subset;
  readonly folds: number;
  readonly seeds: readonly number[];
  /** Of folds; one tested in two folds counts twice. */
  readonly tasks: number;
  /** Judged, mean over seeds. */
  readonly programs: number;
  /** Tasks with too few judged programs to be in rank figures. */
  readonly leftOutOfRank: number;
  readonly arms: readonly ArmFigures[];
  /** Ours minus the stronger rival's pairwise accuracy; null without a rival. */
  readonly gain: { readonly rival: string; readonly pairwise: Estimate } | null;
}

/** @param comparisons of one protocol, stage and sampler */
export async function judgeProtocol(
  protocol: Protocol,
  stage: Stage,
  subset: Subset,
  comparisons: readonly Comparison[],
  outcomes: Outcomes,
  options: IntervalOptions,
): Promise<ProtocolFigures | undefined> {
  const seeds = protocol.seeds;
  const arms = new Map<string, ArmPart[]>();
  for (const comparison of comparisons) {
    const lines = await judgedLines(comparison, subset, outcomes);
    for (const [name, job] of armsOf(comparison)) {
      const predictions = await outcomes.predictions(job);
      const part = { fold: comparison.fold, seed: comparison.seed, lines, predictions, job };
      const parts = arms.get(name);
      if (parts === undefined) arms.set(name, [part]);
      else parts.push(part);
    }
  }
  const units = new Map([...arms].map(([name, parts]) => [name, unitsOf(parts, seeds)]));
  const ours = units.get('ours');
  if (ours === undefined || ours.size === 0) return undefined;
  return {
    protocol: protocol.name,
    stage,
    subset,
    folds: new Set(comparisons.map((one) => one.fold)).size,
    seeds,
    ...countUnits([...ours.values()], seeds.length, options.leastRecordsForRank),
    arms: [...units].map(([name, of]) => ({ name, figures: figuresOf(name, of, options) })),
    gain: gainOf(units, options),
  };
}

/** The judged side of a manifest, as far as the subset goes. */
export async function judgedLines(
  { manifest }: Pick<Comparison, 'manifest'>,
  subset: Subset,
  outcomes: Outcomes,
): Promise<readonly ManifestLine[]> {
  const { lines } = await outcomes.manifest(manifest);
  return lines.filter(
    ({ side, isElsewhere }) => side === 'test' && (subset === 'all' || !isElsewhere),
  );
}

function armsOf({ ours, rivals }: Comparison): readonly (readonly [string, string])[] {
  return [
    ['ours', ours],
    ...rivals.map((job) => [`xgboost-${job.slice(job.lastIndexOf('-') + 1)}`, job] as const),
  ];
}

function figuresOf(
  name: string,
  units: ReadonlyMap<string, TaskUnit>,
  options: IntervalOptions,
): ArmFigures['figures'] {
  const all = [...units.values()];
  const isRanking = name === 'xgboost-rank';
  const entries = metrics.map((metric) => {
    const isError = metric === 'mape' || metric === 'median-ape';
    return [metric, isRanking && isError ? null : estimateOf(metric, all, options)] as const;
  });
  return Object.fromEntries(entries) as Record<Metric, Estimate | null>;
}

/** Against the rival whose point value is the best: the stronger one. */
function gainOf(
  units: ReadonlyMap<string, ReadonlyMap<string, TaskUnit>>,
  options: IntervalOptions,
): ProtocolFigures['gain'] {
  const ours = units.get('ours');
  const rivals = [...units].filter(([name]) => name !== 'ours');
  const rated = rivals
    .map(([name, of]) => {
      const value = estimateOf('pairwise', [...of.values()], { ...options, resamples: 0 })?.value;
      return { name, of, value: value ?? Number.NEGATIVE_INFINITY };
    })
    .sort((a, b) => b.value - a.value);
  const strongest = rated[0];
  if (ours === undefined || strongest === undefined) return null;
  const pairwise = differenceOf('pairwise', pairUnits(ours, strongest.of), options);
  return pairwise === null ? null : { rival: strongest.name, pairwise };
}

/** What both have; both judge the same programs, so that is all. */
export function pairUnits(
  ours: ReadonlyMap<string, TaskUnit>,
  other: ReadonlyMap<string, TaskUnit>,
): readonly PairedUnit[] {
  return [...ours].flatMap(([key, unit]) => {
    const twin = other.get(key);
    return twin === undefined ? [] : [{ ours: unit, other: twin }];
  });
}

function countUnits(
  units: readonly TaskUnit[],
  seeds: number,
  leastRecordsForRank: number,
): Pick<ProtocolFigures, 'tasks' | 'programs' | 'leftOutOfRank'> {
  const judged = units.flatMap((unit) => unit.bySeed).filter((task) => task !== undefined);
  const programs = judged.reduce((sum, task) => sum + task.programs, 0);
  const leftOutOfRank = units.filter((unit) =>
    unit.bySeed.every((task) => task === undefined || task.programs < leastRecordsForRank),
  ).length;
  return { tasks: units.length, programs: programs / seeds, leftOutOfRank };
}
