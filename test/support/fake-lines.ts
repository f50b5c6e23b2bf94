import { silentLog, systemClock } from '../../src/base';
import type { TargetKind } from '../../src/program';
import type { InferenceEngine } from '../../src/serving/inference-engine';
import { lineName, ModelLines } from '../../src/serving/model-lines';
import { ModelRepository } from '../../src/serving/model-repository';
import { CheckpointStore } from '../../src/store';

/** Both lines of a model `cdmpp` over fake predictors, started, with their checkpoints in `root`. */
export async function startFakeLines(
  engine: InferenceEngine,
  root: string,
  onUnload: (key: string) => void = () => undefined,
): Promise<ModelLines> {
  const checkpoints = await CheckpointStore.open({ root, log: silentLog });
  const create = (kind: TargetKind): ModelRepository =>
    new ModelRepository({
      name: lineName('cdmpp', kind),
      targetKind: kind,
      estimator: 'roofline',
      engine,
      checkpoints,
      clock: systemClock,
      log: silentLog,
      onUnload,
    });
  const lines = new ModelLines('cdmpp', { cpu: create('cpu'), gpu: create('gpu') });
  for (const line of lines.all) await line.start(0, undefined);
  return lines;
}
