import type { LogTask, Task } from '../program';

/** JSON has no form for the infinite bounds that a max-pooling starts from. */
const NUMBERS = Object.freeze({
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
});

/** A task as JSON text that its decoder gives back equal. */
export function encodeTask(task: Task | LogTask): string {
  return JSON.stringify(task, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value,
  );
}

/** What tasks that were stored earlier do not say: nothing known. */
const LATER_FIELDS = Object.freeze({ networks: Object.freeze([]) });
const LATER_CARD_FIELDS = Object.freeze({
  l1BandwidthBytesPerSecond: 0,
  l2BandwidthBytesPerSecond: 0,
  l3BandwidthBytesPerSecond: 0,
});

/** Frozen to its leaves, as `createTask` makes it. */
export function decodeTask(text: string): Task {
  const task = parseFrozen(text) as Task;
  const device = Object.freeze({ ...LATER_CARD_FIELDS, ...task.device });
  return Object.freeze({ ...LATER_FIELDS, ...task, device });
}

export function decodeLogTask(text: string): LogTask {
  return parseFrozen(text) as LogTask;
}

function parseFrozen(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$number' in value) return NUMBERS[value.$number as keyof typeof NUMBERS];
    return Object.freeze(value);
  });
}
