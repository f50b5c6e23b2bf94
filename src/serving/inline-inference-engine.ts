import { Code, PredictorError } from '../errors';
import type {
  Prediction,
  PredictorDescription,
  PredictorRegistry,
  ProgramBatch,
} from '../predictor';
import type { InferenceEngine, ModelSource } from './inference-engine';
import { PredictorHost } from './predictor-host';

/**
 * Inference on the calling thread, for tests and small tools. A server uses
 * `WorkerInferenceEngine`: this one blocks the thread for as long as a batch takes.
 */
export class InlineInferenceEngine implements InferenceEngine {
  readonly serving = true;
  readonly #host: PredictorHost;
  #open = true;

  constructor(registry: PredictorRegistry) {
    this.#host = new PredictorHost(registry);
  }

  async prepare(predictor: string): Promise<void> {
    this.#assertOpen();
    return this.#host.prepare(predictor);
  }

  async load(key: string, source: ModelSource): Promise<PredictorDescription> {
    this.#assertOpen();
    return this.#host.load(key, source);
  }

  unload(key: string): Promise<void> {
    return this.#host.unload(key);
  }

  async predict(key: string, batch: ProgramBatch): Promise<readonly Prediction[]> {
    this.#assertOpen();
    return this.#host.predict(key, batch);
  }

  watchServing(): () => void {
    return () => undefined;
  }

  async dispose(): Promise<void> {
    this.#open = false;
    await this.#host.dispose();
  }

  #assertOpen(): void {
    if (!this.#open) throw new PredictorError(Code.Unavailable, 'the inference engine is closed');
  }
}
