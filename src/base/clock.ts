/** Time as an argument, so that tests turn the hands. */
export interface Clock {
  /** Monotonic, milliseconds from an arbitrary start. */
  nowMs(): number;
  /** Seconds since 1970. */
  wallSeconds(): number;
}

export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  wallSeconds: () => Date.now() / 1000,
});
