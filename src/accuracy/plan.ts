import { existsSync } from 'node:fs';
import type { Corpus } from '../corpus';
import {
  adaptationCandidates,
  type Computation,
  gatherComputations,
  type SkippedSplit,
  type Split,
} from '../splits';
import { type Fold, foldsOf } from './folds';
import { type Comparison, type Job, planFold } from './jobs';
import { writeManifest } from './manifest';
import type { FewShotProtocol, Protocol, ProtocolFile } from './protocol-file';
import {
  type PartableCorpus,
  type Sides,
  sidesBeforeChoice,
  sidesByDeviceRecords,
  sidesBySample,
  sidesBySplit,
  type TransferShares,
} from './sides';
import { toManifest } from './to-manifest';
import type { Workspace } from './workspace';

export interface Plan {
  readonly jobs: readonly Job[];
  readonly comparisons: readonly Comparison[];
  /** Folds that the dataset cannot make, by protocol. */
  readonly skipped: readonly (SkippedSplit & { readonly protocol: string })[];
}

/** Jobs of one dataset's protocols; the sides that hang on no choice are written down. */
export async function planDataset(
  workspace: Workspace,
  corpus: Corpus,
  file: ProtocolFile,
  mostFolds = Number.POSITIVE_INFINITY,
): Promise<Plan> {
  const computations = gatherComputations(corpus.tasks.map(({ task }) => task));
  const jobs: Job[] = [];
  const comparisons: Comparison[] = [];
  const skipped: (SkippedSplit & { protocol: string })[] = [];
  for (const protocol of file.protocols.filter((one) => one.dataset === workspace.dataset)) {
    const found = foldsOf(protocol, computations, file.splitSeed);
    skipped.push(...found.skipped.map((one) => ({ ...one, protocol: protocol.name })));
    for (const fold of found.folds.slice(0, mostFolds)) {
      const planned = planFold(protocol, fold);
      jobs.push(...planned.jobs);
      comparisons.push(...planned.comparisons);
      const name = firstManifestOf(planned.jobs);
      if (existsSync(workspace.manifestPath(name))) continue;
      const sides = firstSides(protocol, fold, corpus, computations, file.splitSeed);
      const about = { protocol, splitSeed: file.splitSeed };
      const head = { protocol: protocol.name, fold: fold.name, about };
      await writeManifest(workspace.manifestPath(name), toManifest(corpus, sides, head));
    }
  }
  return { jobs, comparisons, skipped };
}

/** Sides as they are before anything was chosen. */
export function firstSides(
  protocol: Protocol,
  fold: Fold,
  corpus: PartableCorpus,
  computations: readonly Computation[],
  seed: number,
): Sides {
  switch (protocol.kind) {
    case 'by-sample':
      return sidesBySample(corpus, { ...protocol, seed });
    case 'device-records':
      return sidesByDeviceRecords(corpus, fold.device as string, { ...protocol, seed });
    case 'by-split':
      return sidesBySplit(corpus, fold.split as Split);
    case 'few-shot': {
      const split = fold.split as Split;
      const candidates = adaptationCandidates(split, computations).flat();
      const hashes = new Set(candidates.map((one) => one.hash));
      return sidesBeforeChoice(corpus, split, hashes, sharesOf(protocol, seed));
    }
  }
}

export function sharesOf(protocol: FewShotProtocol, seed: number): TransferShares {
  const { validationShare, adaptationValidationShare } = protocol;
  return { seed, validationShare, adaptationValidationShare };
}

function firstManifestOf(jobs: readonly Job[]): string {
  return (jobs[0] as Job).manifest;
}
