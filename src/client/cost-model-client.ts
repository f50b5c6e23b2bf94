import {
  type CallOptions,
  type ChannelCredentials,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import type { ProgramSource, Task } from '../program';
import {
  decodeModelArtifact,
  decodeModelInfo,
  decodePredictResponse,
  decodeReportResponse,
  encodeModelArtifact,
  encodeModelRef,
  encodePredictRequest,
  encodeReportRequest,
  encodeTask,
  type ImportModelResponse,
  type ListModelsResponse,
  loadCostModelClient,
  type ModelInfo,
  type ModelRef,
  type PredictAnswer,
  type PredictScope,
  type ReportFields,
  type ReportResult,
} from '../wire';
import { createChannelOptions } from './channel-options';
import {
  type CostModelClientOptions,
  type ValidCostModelClientOptions,
  validateClientOptions,
} from './client-options';
import { predictStream } from './predict-stream';
import { remoteError } from './remote-error';

/** What one call may be given beside its request. */
export interface CallLimits {
  /** Cancels the call, in the server's queue too. */
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly deadlineMs?: number;
}

/**
 * A server's calls as promises of domain values. Failures are PredictorErrors
 * with the server's code; UNAVAILABLE has then been retried, and a call waits
 * for a server that is not there until its deadline.
 */
export interface CostModelClient {
  registerTask(
    task: Task,
    limits?: CallLimits,
  ): Promise<{
    readonly taskId: string;
    readonly referenceLatencySeconds: number;
    /** Of the model that answers where a call names none; empty where there is one for all tasks. */
    readonly modelName: string;
  }>;
  predict(
    scope: PredictScope,
    programs: readonly ProgramSource[],
    limits?: CallLimits,
  ): Promise<PredictAnswer>;
  /** One answer for each chunk, in order, all by one version. Not retried. */
  predictStream(
    scope: PredictScope,
    chunks: Iterable<readonly ProgramSource[]> | AsyncIterable<readonly ProgramSource[]>,
    limits?: CallLimits,
  ): AsyncIterable<PredictAnswer>;
  report(report: ReportFields, limits?: CallLimits): Promise<ReportResult>;
  getModel(model?: ModelRef, limits?: CallLimits): Promise<ModelInfo>;
  listModels(limits?: CallLimits): Promise<readonly ModelInfo[]>;
  exportModel(model?: ModelRef, limits?: CallLimits): Promise<ModelArtifact>;
  /**
   * Not retried: it may have made a version before its answer was lost.
   *
   * @param modelName that it becomes the newest version of. Default: what its card says.
   */
  importModel(artifact: ModelArtifact, modelName?: string, limits?: CallLimits): Promise<ModelInfo>;
  /** Calls under way are finished; later ones fail with FAILED_PRECONDITION. */
  dispose(): void;
}

const NEWEST: ModelRef = Object.freeze({ name: '', version: 0 });

export function createCostModelClient(options: CostModelClientOptions): CostModelClient {
  const valid = validateClientOptions(options);
  const raw = new (loadCostModelClient())(
    valid.address,
    createCredentials(valid),
    createChannelOptions(valid),
  );
  const metadata = createMetadata(valid);
  const callOptions = (limits: CallLimits = {}): CallOptions => ({
    deadline: Date.now() + (limits.deadlineMs ?? valid.deadlineMs),
  });
  const { maxMessageBytes } = valid;

  return Object.freeze<CostModelClient>({
    async registerTask(task, limits) {
      const request = { task: encodeTask(task) };
      return ask('RegisterTask', limits, (done) =>
        raw.registerTask(request, metadata, callOptions(limits), done),
      );
    },
    async predict(scope, programs, limits) {
      const request = encodePredictRequest(scope, programs);
      return decodePredictResponse(
        await ask('Predict', limits, (done) =>
          raw.predict(request, metadata, callOptions(limits), done),
        ),
      );
    },
    predictStream: (scope, chunks, limits = {}) =>
      predictStream(() => raw.predictStream(metadata, callOptions(limits)), scope, chunks, limits),
    async report(report, limits) {
      const request = encodeReportRequest(report);
      return decodeReportResponse(
        await ask('Report', limits, (done) =>
          raw.report(request, metadata, callOptions(limits), done),
        ),
      );
    },
    async getModel(model = NEWEST, limits) {
      const request = { model: encodeModelRef(model) };
      return decodeModelInfo(
        await ask('GetModel', limits, (done) =>
          raw.getModel(request, metadata, callOptions(limits), done),
        ),
      );
    },
    async listModels(limits) {
      const { models } = await ask<ListModelsResponse>('ListModels', limits, (done) =>
        raw.listModels({}, metadata, callOptions(limits), done),
      );
      return models.map(decodeModelInfo);
    },
    async exportModel(model = NEWEST, limits) {
      const request = { model: encodeModelRef(model) };
      return decodeModelArtifact(
        await ask('ExportModel', limits, (done) =>
          raw.exportModel(request, metadata, callOptions(limits), done),
        ),
      );
    },
    async importModel(artifact, modelName = '', limits) {
      const request = { artifact: encodeModelArtifact(artifact, maxMessageBytes), modelName };
      const { model } = await ask<ImportModelResponse>('ImportModel', limits, (done) =>
        raw.importModel(request, metadata, callOptions(limits), done),
      );
      if (model === null) throw new PredictorError(Code.DataLoss, 'model is absent in the answer');
      return decodeModelInfo(model);
    },
    dispose: () => raw.close(),
  });
}

/** One callback-style call as a promise that the signal cancels. */
function ask<Response>(
  method: string,
  { signal }: CallLimits = {},
  start: (done: (error: ServiceError | null, response?: Response) => void) => { cancel(): void },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new PredictorError(Code.Cancelled, `${method} was cancelled before it was sent`));
      return;
    }
    const cancel = (): void => call?.cancel();
    const done = (error: ServiceError | null, response?: Response): void => {
      signal?.removeEventListener('abort', cancel);
      if (error === null) resolve(response as Response);
      else reject(remoteError(method, error));
    };
    let call: { cancel(): void } | undefined;
    try {
      call = start(done);
    } catch (thrown) {
      // grpc-js throws where the channel was closed.
      reject(PredictorError.from(thrown, Code.FailedPrecondition));
      return;
    }
    signal?.addEventListener('abort', cancel);
  });
}

function createCredentials({ tls }: ValidCostModelClientOptions): ChannelCredentials {
  return tls === undefined
    ? credentials.createInsecure()
    : credentials.createSsl(tls.rootCertificates ?? null);
}

function createMetadata({ token }: ValidCostModelClientOptions): Metadata {
  const metadata = new Metadata({ waitForReady: true });
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}
