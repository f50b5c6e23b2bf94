import { createSecureContext } from 'node:tls';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { invalidArgument } from '../errors';
import { loadCostModelService } from '../wire';
import { adaptStream, adaptUnary, type CallContext } from './adapt-handler';
import { bindAddress } from './bind-address';
import { createHealth, type Health } from './health';
import { createAuthInterceptor } from './interceptors/auth';
import {
  createExportModelHandler,
  createGetModelHandler,
  createImportModelHandler,
  createListModelsHandler,
} from './model-handlers';
import { createOpenCalls, type OpenCalls } from './open-calls';
import { createPredictHandler } from './predict-handler';
import { createPredictStreamHandler } from './predict-stream-handler';
import { createRegisterTaskHandler } from './register-task-handler';
import { createReportHandler } from './report-handler';
import {
  type ServerOptions,
  type TlsIdentity,
  type ValidServerOptions,
  validateServerOptions,
} from './server-options';

/** Calls that one connection may have open; grpc clients queue what is above. */
const MAX_CONCURRENT_CALLS = 256;

/**
 * A CostModelService on the network. It owns its port and its calls, not the
 * service: whoever made that disposes of it, after `drain`.
 */
export interface CostModelServer {
  /** Calls whose handlers have not ended. */
  readonly openCalls: Pick<OpenCalls, 'count' | 'idle'>;
  /**
   * Accepts calls at `host:port` (port 0: a free one) or `unix:/path`, and
   * returns the address with its real port. Health says SERVING from when the
   * service is ready, except while it says itself that it does not serve. FAILED_PRECONDITION where the address cannot be bound.
   */
  listen(address: string): Promise<string>;
  /**
   * NOT_SERVING at once, no new connections, then waits for the calls under way,
   * at most `drainTimeoutMs`; what is open then is cut off. Returns how many
   * calls that were.
   */
  drain(): Promise<number>;
}

export function createServer(options: ServerOptions): CostModelServer {
  const valid = validateServerOptions(options);
  const openCalls = createOpenCalls();
  const health = createHealth();
  const server = new Server({
    'grpc.max_receive_message_length': valid.maxMessageBytes,
    'grpc.max_send_message_length': valid.maxMessageBytes,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_CALLS,
    interceptors: valid.token === undefined ? [] : [createAuthInterceptor(valid.token)],
  });
  server.addService(loadCostModelService(), createImplementation(valid, openCalls));
  health.addToServer(server);
  let unwatch = (): void => undefined;
  return Object.freeze({
    openCalls,
    async listen(address: string) {
      const bound = await bindAddress(server, address, createCredentials(valid.tls));
      valid.service.ready.then(
        () => {
          health.setServing(true);
          unwatch = watchServing(valid, health);
        },
        (error: unknown) => valid.log.error('server:not-ready', { error: String(error) }),
      );
      return bound;
    },
    drain() {
      unwatch();
      return drain(server, health, openCalls, valid);
    },
  });
}

/** A model may cease to answer for a while, as where a crashed worker is replaced. */
function watchServing({ service, log }: ValidServerOptions, health: Health): () => void {
  const unwatch = service.watchServing?.((serving) => {
    log[serving ? 'info' : 'warn']('server:serving', { serving });
    health.setServing(serving);
  });
  return unwatch ?? (() => undefined);
}

function createImplementation(
  options: ValidServerOptions,
  openCalls: OpenCalls,
): UntypedServiceImplementation {
  const { service, log, clock, maxMessageBytes } = options;
  const context: CallContext = { openCalls, log, clock };
  return {
    RegisterTask: adaptUnary('RegisterTask', createRegisterTaskHandler(service), context),
    Predict: adaptUnary('Predict', createPredictHandler(service), context),
    PredictStream: adaptStream('PredictStream', createPredictStreamHandler(service), context),
    Report: adaptUnary('Report', createReportHandler(service), context),
    GetModel: adaptUnary('GetModel', createGetModelHandler(service), context),
    ListModels: adaptUnary('ListModels', createListModelsHandler(service), context),
    ExportModel: adaptUnary(
      'ExportModel',
      createExportModelHandler(service, maxMessageBytes),
      context,
    ),
    ImportModel: adaptUnary('ImportModel', createImportModelHandler(service), context),
  };
}

function createCredentials(tls: TlsIdentity | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificateChain, privateKey } = tls;
  try {
    // grpc-js would find out only when it binds, and blame the address.
    createSecureContext({ cert: certificateChain, key: privateKey });
  } catch (error) {
    throw invalidArgument(`tls certificate and key cannot be used: ${String(error)}`);
  }
  return ServerCredentials.createSsl(null, [
    { cert_chain: certificateChain, private_key: privateKey },
  ]);
}

async function drain(
  server: Server,
  health: Health,
  openCalls: OpenCalls,
  { drainTimeoutMs, log }: ValidServerOptions,
): Promise<number> {
  log.info('server:draining', { openCalls: openCalls.count, drainTimeoutMs });
  health.close();
  let timer: NodeJS.Timeout | undefined;
  const finished = new Promise<boolean>((resolve) => server.tryShutdown(() => resolve(true)));
  const expired = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), drainTimeoutMs);
  });
  const inTime = await Promise.race([finished, expired]);
  clearTimeout(timer);
  const cutCalls = inTime ? 0 : openCalls.count;
  // Also after a timely end: it closes what keeps the process alive.
  server.forceShutdown();
  log.info('server:drained', { cutCalls });
  return cutCalls;
}
