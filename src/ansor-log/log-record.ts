/** One line of an Ansor log: a measurement, and what it says of its task. */
export interface LogRecord {
  /** JSON text that names the computation. */
  readonly workloadKey: string;
  /** As TVM prints it. */
  readonly target: string;
  /** Eight integers in TVM's order, -1 where TVM had no number; empty in logs that lack them. */
  readonly hardwareParams: readonly number[];
  /** Empty: none. */
  readonly targetHost: string;
  /** TVM's LayoutRewriteOption: 0 none, 1 inserts a stage, 2 for weights that are transformed before. */
  readonly layoutRewriteOption: number;
  readonly taskInputNames: readonly string[];
  /** JSON array of transform steps, spaced as TVM spaces it: equal steps are equal texts. */
  readonly transformSteps: string;
  /** Seconds, one per repetition; 1e10 where the measurement failed. */
  readonly costsSeconds: readonly number[];
  /** TVM's MeasureErrorNo; 0: valid. */
  readonly errorNumber: number;
  /** Building and measuring together. */
  readonly allCostSeconds: number;
  /** Since 1970. */
  readonly timestampSeconds: number;
  /** Of the format, such as `v0.6`. */
  readonly version: string;
}

/** What every TVM from 0.8 on writes. */
export const LOG_VERSION = 'v0.6';

/** Longest line that is read, in bytes; the longest of a real search is below 16 KiB. */
export const MAX_LINE_BYTES = 512 * 1024;
