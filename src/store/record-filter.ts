/** Which records are meant: those to which every field that is given applies. */
export interface RecordFilter {
  readonly deviceName?: string | undefined;
  /** Of a task or a log task; its first characters will do. */
  readonly taskId?: string | undefined;
  readonly workloadKey?: string | undefined;
  /** Records of whole tasks that occur in this network. */
  readonly networkName?: string | undefined;
  /** Who reported it: a tuner's id, or the name of a log. */
  readonly source?: string | undefined;
  /** Whether a latency was measured. */
  readonly isValid?: boolean | undefined;
  /** Measured earlier than this, in seconds since 1970. */
  readonly measuredBeforeSeconds?: number | undefined;
  /** Measured at this time or later, in seconds since 1970. */
  readonly measuredAfterSeconds?: number | undefined;
}

/**
 * What `prune` takes away: the records that the filter means, but for those that a rule keeps.
 * Each further rule keeps more.
 */
export interface PruneRules extends RecordFilter {
  /** Keeps, of each task, all valid measurements of this many programs, those with the lowest latency. */
  readonly keepBest?: number | undefined;
  /** Keeps, of each program, its newest measurement: the newest valid one, where there is one. */
  readonly keepNewestRepetition?: boolean | undefined;
}

export interface PruneResult {
  /** Records that went. */
  readonly records: number;
  /** Tasks that records went of; the tasks themselves stay. */
  readonly tasks: number;
}
