import type { Refusals } from './corpus';

/** Reasons name lines and steps of programs: what is beyond these is counted together. */
const MOST_REASONS = 50;
const OTHER = 'other reasons';

/** Counts records that give no label. */
export class RefusalCounter implements Refusals {
  readonly reasons = new Map<string, number>();
  count = 0;

  add(reason: string, records: number): void {
    const plain = reason.replace(/\d+/g, 'N');
    const isCounted = this.reasons.has(plain) || this.reasons.size < MOST_REASONS;
    const key = isCounted ? plain : OTHER;
    this.reasons.set(key, (this.reasons.get(key) ?? 0) + records);
    this.count += records;
  }
}
