import { createHash } from 'node:crypto';

/** A candidate schedule as TVM prints it; at least one of the texts is not empty. */
export interface ProgramSource {
  /** `str(state)`. */
  readonly loopNest: string;
  /** JSON array of transform steps. */
  readonly transformSteps: string;
  /**
   * Rows × 164 numbers of TVM's lowered program, row-major, rows in any order.
   * Absent: not extracted; empty: TVM could not build the program.
   */
  readonly loweredFeatures?: Float32Array;
}

/** One measurement, failed ones included. */
export interface MeasuredRecord {
  /** Names this one measurement; the store keeps one record per key. */
  readonly idempotencyKey: string;
  readonly program: ProgramSource;
  /** Seconds, one per repetition; meaningless where errorNumber is not 0. */
  readonly costsSeconds: readonly number[];
  /** TVM's MeasureErrorNo; 0: valid. */
  readonly errorNumber: number;
  readonly errorMessage: string;
  readonly allCostSeconds: number;
  readonly timestampSeconds: number;
  /** TVM's record line without the line end; may be empty. */
  readonly recordLine: string;
}

/** Mean of the repetitions in seconds, or undefined where nothing was measured. */
export function measuredLatencySeconds(record: MeasuredRecord): number | undefined {
  if (record.errorNumber !== 0 || record.costsSeconds.length === 0) return undefined;
  const sum = record.costsSeconds.reduce((total, cost) => total + cost, 0);
  const mean = sum / record.costsSeconds.length;
  return Number.isFinite(mean) && mean > 0 ? mean : undefined;
}

/**
 * The idempotency key of a measurement that brings none: the same line of the same task is the
 * same measurement, whether it was reported while tuning or comes from a log. Blanks at the ends
 * of the line do not count: some who read logs leave them out. Hex, 64 characters.
 */
export function measurementKey(taskId: string, recordLine: string): string {
  return createHash('sha256').update(`${taskId}\n${recordLine.trim()}`, 'utf8').digest('hex');
}

/**
 * Equal for repeated measurements of one program: SHA-256, hex. The steps make the program; the
 * loop nest only shows what they made.
 */
export function programHash(program: ProgramSource): string {
  const identity =
    program.transformSteps === ''
      ? `loop-nest:${program.loopNest}`
      : `steps:${program.transformSteps}`;
  return createHash('sha256').update(identity).digest('hex');
}
