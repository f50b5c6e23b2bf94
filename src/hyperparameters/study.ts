import type { Parameter, Point } from './parameter';

/** A trial that the study wants run. */
export interface AskedTrial {
  /** From 0, in the order of asking. */
  readonly number: number;
  readonly point: Point;
}

/** The trial whose objective is least. */
export interface BestTrial {
  readonly number: number;
  readonly value: number;
  readonly point: Point;
}

/** How far a study has come. */
export interface StudyProgress {
  /** Trials that ran to their end or were stopped for being bad. */
  readonly finished: number;
  /** Undefined before the first ran to its end. */
  readonly best: BestTrial | undefined;
}

export interface FinishedTrial {
  readonly number: number;
  readonly state: 'complete' | 'pruned';
  /** Of a pruned trial what it reported last; undefined where it diverged before that. */
  readonly value: number | undefined;
  /** How many intermediate values there are. */
  readonly looks: number;
  readonly seconds: number;
  readonly point: Point;
}

export interface StudySummary {
  /** In the order of asking. */
  readonly trials: readonly FinishedTrial[];
  readonly best: BestTrial | undefined;
  /** Share of each parameter in what made trials good, by name; empty where that is not known yet. */
  readonly importances: Readonly<Record<string, number>>;
}

/** What a study searches, and what tells it from another one. */
export interface StudyRequest {
  readonly space: readonly Parameter[];
  /** What else the objective depends on; a study that is of something else refuses to go on. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly seed: number;
  /** Points to try before any other; heeded by a new study alone. */
  readonly first: readonly Point[];
  readonly pruning: {
    /** Trials that run to their end before any is stopped. */
    readonly startupTrials: number;
    /** Looks at the start of a trial by which it is not judged. */
    readonly warmUpLooks: number;
  };
}

/**
 * Which point to try next, given what the ones before led to; the objective is minimised. Outlives
 * its process: finished trials stay, and one that was running is asked for again.
 */
export interface Study {
  /** As the study was found. */
  readonly found: StudyProgress;
  ask(): Promise<AskedTrial>;
  /**
   * Says what the objective of a running trial is at this look.
   *
   * @returns whether to stop it
   */
  report(trial: number, look: number, value: number): Promise<boolean>;
  /** Ends a trial with its objective, or undefined where it was stopped. */
  tell(trial: number, value: number | undefined): Promise<StudyProgress>;
  summary(): Promise<StudySummary>;
  /** Lets the study go; what was not told is asked for again the next time. */
  close(): Promise<void>;
}
