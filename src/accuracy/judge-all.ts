import type { Estimate } from '../metrics';
import type { Comparison } from './jobs';
import {
  judgedLines,
  judgeProtocol,
  type Outcomes,
  type ProtocolFigures,
  pairUnits,
  type Stage,
  type Subset,
} from './judge';
import { type ArmPart, unitsOf } from './judged-arm';
import type { ManifestLine } from './manifest';
import type { Protocol, ProtocolFile } from './protocol-file';
import { type IntervalOptions, savedShareOf } from './task-units';

/** One sampler's choice against another's, on tasks that neither chose. */
export interface SamplerFigures {
  readonly protocol: string;
  readonly sampler: string;
  readonly other: string;
  /** 1 - MAPE / the other's MAPE. */
  readonly savedShare: Estimate;
}

export interface Verdict {
  /** By the keys of the result file. */
  readonly figures: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number | null, number | null]>>;
  readonly protocols: readonly ProtocolFigures[];
  readonly samplers: readonly SamplerFigures[];
  /** Figures that cannot be told, because jobs are not done or nothing is judged. */
  readonly missing: readonly string[];
}

const SUBSETS: readonly Subset[] = ['all', 'absent-elsewhere'];
const STAGES: readonly Stage[] = ['source', 'final'];

/** Folds and seeds that are not complete are left out. */
export async function judgeAll(
  file: ProtocolFile,
  comparisons: readonly Comparison[],
  outcomes: Outcomes,
  options: IntervalOptions,
): Promise<Verdict> {
  const done = comparisons.filter((one) => outcomes.isComplete(one));
  const protocols: ProtocolFigures[] = [];
  const samplers: SamplerFigures[] = [];
  for (const protocol of file.protocols) {
    const of = done.filter((one) => one.protocol === protocol.name);
    for (const stage of STAGES) {
      const staged = of.filter((one) => one.stage === stage && isFirstSampler(protocol, one));
      if (staged.length === 0) continue;
      for (const subset of protocol.kind === 'few-shot' ? SUBSETS : SUBSETS.slice(0, 1)) {
        const judged = await judgeProtocol(protocol, stage, subset, staged, outcomes, options);
        if (judged !== undefined) protocols.push(judged);
      }
    }
    samplers.push(...(await compareSamplers(protocol, of, outcomes, options)));
  }
  return { ...keyedFigures(file, protocols, samplers), protocols, samplers };
}

function isFirstSampler(protocol: Protocol, { sampler }: Comparison): boolean {
  return protocol.kind !== 'few-shot' || sampler === protocol.samplers[0]?.name;
}

/** The first sampler against each other one. */
async function compareSamplers(
  protocol: Protocol,
  comparisons: readonly Comparison[],
  outcomes: Outcomes,
  options: IntervalOptions,
): Promise<readonly SamplerFigures[]> {
  if (protocol.kind !== 'few-shot') return [];
  const [first, ...others] = protocol.samplers;
  const final = comparisons.filter((one) => one.stage === 'final');
  const found: SamplerFigures[] = [];
  for (const { name: other } of others) {
    const parts: { ours: ArmPart[]; other: ArmPart[] } = { ours: [], other: [] };
    for (const ours of final.filter((one) => one.sampler === first?.name)) {
      const twin = final.find(
        (one) => one.sampler === other && one.fold === ours.fold && one.seed === ours.seed,
      );
      if (twin === undefined) continue;
      const lines = await linesOfBoth(ours, twin, outcomes);
      parts.ours.push(await partOf(ours, lines, outcomes));
      parts.other.push(await partOf(twin, lines, outcomes));
    }
    const { seeds } = protocol;
    const units = pairUnits(unitsOf(parts.ours, seeds), unitsOf(parts.other, seeds));
    const savedShare = units.length === 0 ? null : savedShareOf(units, options);
    if (savedShare !== null) {
      found.push({ protocol: protocol.name, sampler: first?.name as string, other, savedShare });
    }
  }
  return found;
}

/** Whoever takes the hard tasks takes them out of its own test: judged is what neither took. */
async function linesOfBoth(
  a: Comparison,
  b: Comparison,
  outcomes: Outcomes,
): Promise<readonly ManifestLine[]> {
  const ofB = new Set((await judgedLines(b, 'all', outcomes)).map((line) => line.sequence));
  return (await judgedLines(a, 'all', outcomes)).filter((line) => ofB.has(line.sequence));
}

async function partOf(
  { fold, seed, ours: job }: Comparison,
  lines: readonly ManifestLine[],
  outcomes: Outcomes,
): Promise<ArmPart> {
  return { fold, seed, lines, predictions: await outcomes.predictions(job), job };
}

function keyedFigures(
  { figures: specs, protocols: wanted, samplerGain }: ProtocolFile,
  protocols: readonly ProtocolFigures[],
  samplers: readonly SamplerFigures[],
): Pick<Verdict, 'figures' | 'intervals' | 'missing'> {
  const estimates: [key: string, estimate: Estimate | null][] = specs.map((spec) => {
    const of = protocols.find(
      (one) =>
        one.protocol === spec.protocol && one.stage === spec.stage && one.subset === spec.subset,
    );
    const ours = of?.arms.find((arm) => arm.name === 'ours');
    return [spec.key, ours?.figures[spec.metric] ?? null];
  });
  for (const { protocol, other, savedShare } of samplers) {
    estimates.push([`sampler_gain.${protocol}.${other}`, savedShare]);
    if (samplerGain?.protocol === protocol && samplerGain.other === other) {
      estimates.push(['sampler_gain', savedShare]);
    }
  }
  for (const { protocol, stage, subset, gain } of protocols) {
    if (subset === 'all' && gain !== null) {
      estimates.push([`pairwise_gain.${protocol}.${stage}`, gain.pairwise]);
    }
  }
  const known = estimates.filter((one): one is [string, Estimate] => one[1] !== null);
  const missing = estimates.filter(([, estimate]) => estimate === null).map(([key]) => key);
  const gains = known.filter(([key]) => key.startsWith('pairwise_gain.')).map(([, one]) => one);
  const untold = wanted.filter((one) => !protocols.some((judged) => judged.protocol === one.name));
  return {
    figures: Object.fromEntries([
      ...known.map(([key, estimate]) => [key, estimate.value]),
      ...smallestGain(gains),
    ]),
    intervals: Object.fromEntries(known.map(([key, { low, high }]) => [key, [low, high]])),
    missing: [...missing, ...untold.map((one) => `protocol ${one.name}`)],
  };
}

/** The lower bound is what must be above 0; a single task has none. */
function smallestGain(gains: readonly Estimate[]): readonly (readonly [string, number])[] {
  if (gains.length === 0) return [];
  const bounds = gains.map(({ low, value }) => low ?? value);
  return [
    ['pairwise_gain_min', Math.min(...bounds)],
    ['pairwise_gain_min_value', Math.min(...gains.map((gain) => gain.value))],
  ];
}
