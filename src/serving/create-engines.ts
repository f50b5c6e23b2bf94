import { nativeEnvironment } from '../tensor';
import type { InferenceEngine } from './inference-engine';
import { InlineInferenceEngine } from './inline-inference-engine';
import { InlineTrainingEngine } from './inline-training-engine';
import { ProcessTrainingEngine } from './process-training-engine';
import type { ValidCostModelServiceOptions } from './service-options';
import type { TrainingEngine } from './training-engine';
import { WorkerInferenceEngine } from './worker-inference-engine';

export interface Engines {
  readonly inference: InferenceEngine;
  readonly training: TrainingEngine;
}

export function createEngines(options: ValidCostModelServiceOptions): Engines {
  const { isolation, registry, registryModule, log, restartDelayMs } = options;
  if (isolation === 'none') {
    return {
      inference: new InlineInferenceEngine(registry),
      training: new InlineTrainingEngine(registry),
    };
  }
  return {
    inference: new WorkerInferenceEngine({
      registryModule,
      nativeEnvironment: nativeEnvironment(options.threads),
      log,
      restartDelayMs,
    }),
    training: new ProcessTrainingEngine({
      registryModule,
      nativeEnvironment: nativeEnvironment(options.trainingThreads),
      log,
    }),
  };
}
