import { TARGET_KINDS, type TargetKind } from '../program';
import type { CheckpointStore } from '../store';
import type { InferenceEngine } from './inference-engine';
import { lineName, ModelLines } from './model-lines';
import { ModelRepository } from './model-repository';
import type { ValidCostModelServiceOptions } from './service-options';
import { loadShippedModel, type ShippedModel } from './shipped-model';

/**
 * Both lines, not started yet. FAILED_PRECONDITION where the folder of a shipped model is damaged.
 *
 * @param onUnload told the key of each version that is unloaded.
 */
export async function createModelLines(
  options: ValidCostModelServiceOptions,
  engine: InferenceEngine,
  checkpoints: CheckpointStore,
  onUnload: (key: string) => void,
): Promise<ModelLines> {
  const { log, clock, estimator, modelName, predictor, shippedModels } = options;
  const shipped: Partial<Record<TargetKind, ShippedModel>> = {};
  for (const kind of TARGET_KINDS) {
    const folder = shippedModels[kind];
    if (folder === undefined) continue;
    const model = await loadShippedModel(folder, predictor, log);
    if (model !== undefined) shipped[kind] = model;
  }
  const create = (kind: TargetKind): ModelRepository =>
    new ModelRepository({
      name: lineName(modelName, kind),
      targetKind: kind,
      estimator,
      shipped: shipped[kind],
      engine,
      checkpoints,
      clock,
      log,
      onUnload,
    });
  return new ModelLines(modelName, { cpu: create('cpu'), gpu: create('gpu') });
}
