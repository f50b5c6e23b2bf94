import type { Corpus } from '../corpus';
import { invalidArgument } from '../errors';
import { programSamplers, taskSamplers } from '../sampling';
import { adaptationCandidates, adaptTo, type Computation, type Split } from '../splits';
import { chooseSample, type SampleCandidate, sampleCandidates, type ViewPrograms } from '../study';
import type { FewShotProtocol, Sampler } from './protocol-file';

export interface ChosenAdaptation {
  /** Adapts to what was chosen. */
  readonly split: Split;
  /** Indices into the corpus' entries; undefined: to be drawn one by one. */
  readonly programs: ReadonlySet<number> | undefined;
}

/** Programs that are drawn for themselves, with the record share, not by a sampler. */
const SEEDED = 'seeded';

/**
 * A share of the device's kernels as a sampler chooses it, without a look at labels.
 *
 * @param view what the sampler compares programs by; undefined: features alone
 */
export function chooseAdaptation(
  corpus: Corpus,
  split: Split,
  device: string,
  computations: readonly Computation[],
  protocol: Pick<FewShotProtocol, 'taskShare' | 'recordShare'>,
  sampler: Sampler,
  seed: number,
  view: ViewPrograms | undefined,
): ChosenAdaptation {
  const allowed = new Set(
    adaptationCandidates(split, computations).map((group) => (group[0] as Computation).kernel),
  );
  const ofDevice = sampleCandidates(corpus, { deviceName: device, groupBy: 'kernel' });
  const candidates = ofDevice.filter((one) => allowed.has(one.key));
  const wanted = Math.max(1, Math.round(ofDevice.length * protocol.taskShare));
  const chosen = chooseSample(corpus, candidates, {
    taskSampler: oneOf(taskSamplers, sampler.tasks, `sampler ${sampler.name}: tasks`),
    programSampler:
      sampler.programs === SEEDED
        ? 'random'
        : oneOf(programSamplers, sampler.programs, `sampler ${sampler.name}: programs`),
    budget: { tasks: Math.min(wanted, candidates.length) },
    shareOfPrograms: protocol.recordShare,
    seed,
    view,
  });
  const kernels = new Set(
    chosen.map(({ candidate }) => (candidates[candidate] as SampleCandidate).key),
  );
  const adapted = adaptationCandidates(split, computations)
    .flat()
    .filter((one) => kernels.has(one.kernel));
  const adaptedSplit = adaptTo(split, adapted, computations);
  const { adaptation } = adaptedSplit;
  const { recordShare } = protocol;
  return {
    split:
      adaptation === undefined
        ? adaptedSplit
        : { ...adaptedSplit, adaptation: { ...adaptation, recordShare, seed } },
    programs:
      sampler.programs === SEEDED ? undefined : new Set(chosen.flatMap((one) => one.entries)),
  };
}

function oneOf<Kind extends string>(kinds: readonly Kind[], given: string, field: string): Kind {
  const found = kinds.find((kind) => kind === given);
  if (found !== undefined) return found;
  throw invalidArgument(`${field} is "${given}"; it must be one of ${kinds.join(', ')}`);
}
