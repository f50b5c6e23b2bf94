/** Counts the calls whose handlers have not ended, the abandoned ones included. */
export interface OpenCalls {
  readonly count: number;
  /** Enters one call; the returned function ends it and may be called again without effect. */
  enter(): () => void;
  /** Resolves when no call is open; at once where none is. */
  idle(): Promise<void>;
}

export function createOpenCalls(): OpenCalls {
  let count = 0;
  let waiting: (() => void)[] = [];
  const leave = (): void => {
    count -= 1;
    if (count > 0) return;
    const resolvers = waiting;
    waiting = [];
    for (const resolve of resolvers) resolve();
  };
  return Object.freeze({
    get count() {
      return count;
    },
    enter() {
      count += 1;
      let entered = true;
      return () => {
        if (!entered) return;
        entered = false;
        leave();
      };
    },
    idle() {
      if (count === 0) return Promise.resolve();
      return new Promise<void>((resolve) => waiting.push(resolve));
    },
  });
}
