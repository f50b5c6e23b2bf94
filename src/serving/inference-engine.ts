import type { ModelArtifact, Prediction, PredictorDescription, ProgramBatch } from '../predictor';

/** What a model is made of. */
export interface ModelSource {
  /** Name in the predictor registry. */
  readonly predictor: string;
  /** Undefined for a predictor that needs no training. */
  readonly artifact: ModelArtifact | undefined;
}

/**
 * Holds loaded models under keys and answers batches with them, off the thread
 * that talks to clients. One owner; calls may overlap.
 */
export interface InferenceEngine {
  /**
   * Sets up what models of this predictor (a name of the registry) need, so that neither the
   * first load nor the first batch waits for it. Whatever the predictor fails with.
   */
  prepare(predictor: string): Promise<void>;
  /**
   * Resolves when the model answers. INVALID_ARGUMENT where the artifact does
   * not fit the predictor, NOT_FOUND for an unknown predictor, ALREADY_EXISTS for
   * a key in use; nothing changes then.
   */
  load(key: string, source: ModelSource): Promise<PredictorDescription>;
  /** Frees the model once the batches before it are answered. Unknown keys are no error. */
  unload(key: string): Promise<void>;
  /**
   * One answer for each program, in order. NOT_FOUND for an unknown key;
   * UNAVAILABLE while the engine recovers from a crash, and for what the crash
   * interrupted.
   */
  predict(key: string, batch: ProgramBatch): Promise<readonly Prediction[]>;
  /** False from a crash until every model is loaded again. */
  readonly serving: boolean;
  /** Calls back at every change of `serving`; returns a function that ends it. */
  watchServing(listener: (serving: boolean) => void): () => void;
  dispose(): Promise<void>;
}
