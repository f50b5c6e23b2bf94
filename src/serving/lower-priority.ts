import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

const OWN_THREADS = '/proc/self/task';

/**
 * Lowers the priority of this process, all of its threads. On Linux it belongs
 * to a thread: those that are started later inherit it, but the helpers of V8,
 * which collect garbage and compile, run already and would keep the old one.
 */
export function lowerPriority(priority: number): void {
  setPriority(priority);
  for (const threadId of ownThreadIds()) {
    try {
      setPriority(threadId, priority);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Empty where the system does not list them. */
function ownThreadIds(): number[] {
  try {
    return readdirSync(OWN_THREADS).map(Number);
  } catch {
    return [];
  }
}
