/** Entry of the inference worker thread: parser, features and tensors all live here. */
import { parentPort, workerData } from 'node:worker_threads';
import { internalError } from '../errors';
import type { Task } from '../program';
import {
  encodePredictions,
  type InferenceReply,
  type InferenceRequest,
  type InferenceWorkerData,
  type PredictionColumns,
} from './inference-protocol';
import { setNativeEnvironment } from './native-environment';
import { PredictorHost } from './predictor-host';
import { loadRegistry } from './registry-module';
import { encodeFailure } from './reply';

type PredictRequest = Extract<InferenceRequest, { kind: 'predict' }>;

const { registryModule, nativeEnvironment } = workerData as InferenceWorkerData;
setNativeEnvironment(nativeEnvironment);
const host = new PredictorHost(loadRegistry(registryModule));
const tasks = new Map<string, Task>();

function predict(request: PredictRequest): Promise<PredictionColumns> {
  if (request.task !== undefined) tasks.set(request.taskId, request.task);
  const task = tasks.get(request.taskId);
  if (task === undefined) throw internalError(`task "${request.taskId}" did not reach the worker`);
  const programs = request.loopNests.map((loopNest, i) => {
    const loweredFeatures = request.loweredFeatures?.[i];
    const texts = { loopNest, transformSteps: request.transformSteps[i] as string };
    return loweredFeatures === undefined ? texts : { ...texts, loweredFeatures };
  });
  return host.predict(request.key, { task, programs }).then(encodePredictions);
}

async function answer(request: InferenceRequest): Promise<void> {
  if (request.kind === 'forget-task') {
    tasks.delete(request.taskId);
    return;
  }
  const { id } = request;
  try {
    if (request.kind === 'predict') {
      const columns = await predict(request);
      const buffers = [columns.latencySeconds.buffer, columns.logStandardDeviation.buffer];
      reply({ id, ok: true, value: columns }, buffers as ArrayBuffer[]);
    } else if (request.kind === 'prepare') {
      await host.prepare(request.predictor);
      reply({ id, ok: true, value: undefined });
    } else if (request.kind === 'load') {
      reply({ id, ok: true, value: await host.load(request.key, request.source) });
    } else {
      await host.unload(request.key);
      reply({ id, ok: true, value: undefined });
    }
  } catch (thrown) {
    reply(encodeFailure(id, thrown));
  }
}

function reply(message: InferenceReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (request: InferenceRequest) => void answer(request));
