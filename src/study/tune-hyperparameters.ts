import { Code, PredictorError } from '../errors';
import {
  type AskedTrial,
  allows,
  type BestTrial,
  type Parameter,
  type Point,
  pointOf,
  type Study,
  type StudySummary,
  settingsAt,
} from '../hyperparameters';

/** Says an intermediate value of the objective. */
export type ReportLook = (look: number, value: number) => void;

/**
 * Runs one trial to its end.
 *
 * @param settings not checked yet
 * @param report called with look 0, 1, …; may lead to `signal` being aborted soon after
 * @returns what is minimised
 * @throws ABORTED where the training diverged, CANCELLED where it was stopped
 */
export type Objective = (
  settings: unknown,
  report: ReportLook,
  signal: AbortSignal,
) => Promise<number>;

export interface TuningProgress {
  /** Finished trials, those of earlier runs included. */
  readonly finished: number;
  readonly trials: number;
  /** The running one's number in the study, and how it ended where it has. */
  readonly trial: number;
  readonly state: 'running' | 'complete' | 'pruned' | 'diverged';
  /** Of the running trial: its last look and what it was; undefined before the first. */
  readonly look: number | undefined;
  readonly value: number | undefined;
  readonly best: BestTrial | undefined;
}

export interface TuningRequest {
  readonly study: Study;
  readonly space: readonly Parameter[];
  /** What the parameters do not set. */
  readonly settings: object;
  /** Finished trials in the study at the end, those of earlier runs included. */
  readonly trials: number;
  readonly objective: Objective;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TuningProgress) => void;
}

export interface TuningResult extends StudySummary {
  readonly best: BestTrial;
  /** Settings with the best trial's values. */
  readonly settings: unknown;
}

/**
 * Runs trials until the study has as many finished ones as wanted; none where it has them already.
 * CANCELLED where stopped: the trial that was running is run again the next time.
 */
export async function tuneHyperparameters(request: TuningRequest): Promise<TuningResult> {
  const { study, space, settings, trials, signal, onProgress } = request;
  let { finished, best } = study.found;
  while (finished < trials) {
    requireTime(signal, finished, trials);
    const asked = await study.ask();
    const tellState = (state: TuningProgress['state'], look?: number, value?: number) =>
      onProgress?.({ finished, trials, trial: asked.number, state, look, value, best });
    tellState('running');
    const outcome = await runTrial(request, asked, (look, value) =>
      tellState('running', look, value),
    );
    requireTime(signal, finished, trials);
    ({ finished, best } = await study.tell(asked.number, outcome.value));
    tellState(outcome.state, undefined, outcome.value);
  }
  const summary = await study.summary();
  if (summary.best === undefined) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `none of ${finished} trials ran to its end: their trainings diverged; more --trials may find one that does not`,
    );
  }
  return {
    ...summary,
    best: summary.best,
    settings: settingsAt(settings, space, summary.best.point),
  };
}

interface Outcome {
  readonly state: 'complete' | 'pruned' | 'diverged';
  readonly value: number | undefined;
}

async function runTrial(
  { study, space, settings, objective, signal }: TuningRequest,
  { number, point }: AskedTrial,
  onLook: ReportLook,
): Promise<Outcome> {
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const verdicts: Promise<void>[] = [];
  let isBad = false;
  const report: ReportLook = (look, value) => {
    if (!Number.isFinite(value)) return;
    onLook(look, value);
    const verdict = study.report(number, look, value).then((prune) => {
      if (!prune) return;
      isBad = true;
      stop.abort();
    });
    // Looked at below; until then a failure must not count as unhandled, nor train on in vain.
    verdict.catch(() => stop.abort());
    verdicts.push(verdict);
  };
  let value: number | undefined;
  let diverged = false;
  try {
    value = await objective(settingsAt(settings, space, point), report, stopped);
  } catch (thrown) {
    const { code } = PredictorError.from(thrown);
    diverged = code === Code.Aborted;
    if (!diverged && !(code === Code.Cancelled && stopped.aborted)) throw thrown;
  }
  await Promise.all(verdicts);
  if (isBad) return { state: 'pruned', value: undefined };
  if (diverged || value === undefined || !Number.isFinite(value)) {
    return { state: 'diverged', value: undefined };
  }
  return { state: 'complete', value };
}

function requireTime(signal: AbortSignal | undefined, finished: number, trials: number): void {
  if (signal?.aborted !== true) return;
  throw new PredictorError(
    Code.Cancelled,
    `stopped after ${finished} of ${trials} trials; the same command goes on from there`,
  );
}

/**
 * The point that the settings stand for, tried before any other so that the search ends no worse
 * than it began; none where they are outside of the space.
 */
export function firstPoints(settings: object, space: readonly Parameter[]): readonly Point[] {
  const point = pointOf(settings, space);
  return space.every((parameter) => allows(parameter, point[parameter.name])) ? [point] : [];
}
