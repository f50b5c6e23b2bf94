import { Code, PredictorError } from '../errors';

/** Lets calls in while it is open, and knows when the last one that came in is over. */
export class CallGate {
  #refusal: string | undefined;
  #underWay = 0;
  #onEmpty: (() => void)[] = [];

  /** @param refusal why calls are refused until `open`. */
  constructor(refusal: string) {
    this.#refusal = refusal;
  }

  open(): void {
    this.#refusal = undefined;
  }

  /** Refuses calls from now on; resolves when those under way are over. */
  close(refusal: string): Promise<void> {
    this.#refusal = refusal;
    return new Promise((resolve) => {
      if (this.#underWay === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }

  /** UNAVAILABLE while the gate is closed. */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) throw new PredictorError(Code.Unavailable, this.#refusal);
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const report of this.#onEmpty.splice(0)) report();
    }
  }
}
