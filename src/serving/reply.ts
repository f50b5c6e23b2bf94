import { type Code, PredictorError } from '../errors';

/** An error in the form that crosses threads and processes. */
export interface ErrorMessage {
  readonly code: Code;
  readonly rawMessage: string;
  readonly stack: string;
}

/** The answer to the request of this id. */
export type Reply<Value> =
  | { readonly id: number; readonly ok: true; readonly value: Value }
  | { readonly id: number; readonly ok: false; readonly error: ErrorMessage };

export function encodeFailure(id: number, thrown: unknown): Reply<never> {
  const { code, rawMessage, stack } = PredictorError.from(thrown);
  return { id, ok: false, error: { code, rawMessage, stack: stack ?? '' } };
}

/** The requests that wait for the reply of another thread or process. */
export class PendingReplies<Value> {
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: Value) => void; readonly reject: (error: unknown) => void }
  >();
  #nextId = 1;

  /** Sends a request under a new id; a `send` that throws rejects it. */
  request(send: (id: number) => void): Promise<Value> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      try {
        send(id);
      } catch (thrown) {
        this.#waiting.delete(id);
        reject(PredictorError.from(thrown));
      }
    });
  }

  /** A reply that nobody waits for any more is dropped. */
  settle(reply: Reply<Value>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (waiting === undefined) return;
    if (reply.ok) {
      waiting.resolve(reply.value);
      return;
    }
    const { code, rawMessage, stack } = reply.error;
    waiting.reject(new PredictorError(code, rawMessage, { details: { remoteStack: stack } }));
  }

  failAll(error: PredictorError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
