import { Code, PredictorError } from '../errors';
import type {
  Prediction,
  Predictor,
  PredictorDescription,
  PredictorRegistry,
  ProgramBatch,
} from '../predictor';
import type { ModelSource } from './inference-engine';

/**
 * The loaded predictors of one thread, by key. It is the single owner that the
 * Predictor port asks for: calls run one after the other, in their order.
 */
export class PredictorHost {
  readonly #registry: PredictorRegistry;
  readonly #predictors = new Map<string, Predictor>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(registry: PredictorRegistry) {
    this.#registry = registry;
  }

  /** Sets up what a predictor of this name needs in this thread; NOT_FOUND for an unknown name. */
  prepare(name: string): Promise<void> {
    return this.#inOrder(async () => {
      const predictor = this.#registry.create(name);
      try {
        await predictor.prepare?.();
      } finally {
        await predictor.dispose();
      }
    });
  }

  load(key: string, source: ModelSource): Promise<PredictorDescription> {
    return this.#inOrder(async () => {
      if (this.#predictors.has(key)) {
        throw new PredictorError(Code.AlreadyExists, `model "${key}" is loaded already`);
      }
      const predictor = this.#registry.create(source.predictor);
      try {
        if (source.artifact !== undefined) await predictor.load(source.artifact);
        await predictor.prepare?.();
        const description = await predictor.describe();
        this.#predictors.set(key, predictor);
        return description;
      } catch (thrown) {
        await predictor.dispose();
        throw thrown;
      }
    });
  }

  unload(key: string): Promise<void> {
    return this.#inOrder(async () => {
      const predictor = this.#predictors.get(key);
      this.#predictors.delete(key);
      await predictor?.dispose();
    });
  }

  predict(key: string, batch: ProgramBatch): Promise<readonly Prediction[]> {
    return this.#inOrder(async () => {
      const predictor = this.#predictors.get(key);
      if (predictor === undefined) {
        throw new PredictorError(Code.NotFound, `model "${key}" is not loaded`);
      }
      return predictor.predict(batch);
    });
  }

  dispose(): Promise<void> {
    return this.#inOrder(async () => {
      for (const predictor of this.#predictors.values()) await predictor.dispose();
      this.#predictors.clear();
    });
  }

  #inOrder<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action).catch((thrown: unknown) => {
      throw PredictorError.from(thrown);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
