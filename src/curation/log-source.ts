/** A log with what must be known of it beforehand. */
export interface LogSource {
  readonly path: string;
  readonly sizeBytes: number;
  /** Device that it was measured on; a log does not say so itself. */
  readonly deviceName: string;
  /** What records keep as their source: no path of this machine. */
  readonly name: string;
}
