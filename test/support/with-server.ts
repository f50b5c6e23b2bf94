import { credentials, type ServiceError } from '@grpc/grpc-js';
import { type CostModelServer, createServer, type ServerOptions } from '../../src/server';
import { loadCostModelClient, type RawCostModelClient } from '../../src/wire';
import { createFakeCostModelService, type FakeCostModelService } from './fake-cost-model-service';

export interface RunningServer<Service> {
  readonly address: string;
  readonly server: CostModelServer;
  readonly service: Service;
  /** A client without retries, so that a test sees each answer. */
  readonly client: RawCostModelClient;
}

/**
 * Runs `action` against a real server on a free port. The teardown waits until
 * no call is open: a handler that leaks makes its test time out.
 */
export async function withServer<Service extends ServerOptions['service'] = FakeCostModelService>(
  action: (running: RunningServer<Service>) => Promise<void>,
  options: Omit<Partial<ServerOptions>, 'service'> & { readonly service?: Service } = {},
  address = '127.0.0.1:0',
): Promise<void> {
  const service = options.service ?? (createFakeCostModelService() as unknown as Service);
  const server = createServer({ drainTimeoutMs: 1000, ...options, service });
  const bound = await server.listen(address);
  const client = new (loadCostModelClient())(bound, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.max_receive_message_length': -1,
  });
  try {
    await action({ address: bound, server, service, client });
  } finally {
    client.close();
    await server.openCalls.idle();
    await server.drain();
    await service.dispose();
  }
}

/** The answer of a callback-style call. */
export function answerOf<Response>(
  call: (callback: (error: ServiceError | null, response?: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response as Response) : reject(error)));
  });
}

/** The status with which a call fails; throws where it succeeds. */
export async function failureOf(
  answer: Promise<unknown>,
): Promise<Pick<ServiceError, 'code' | 'details'>> {
  const response = await answer.catch((error: ServiceError) => error);
  if (!(response instanceof Error)) throw new Error('expected the call to fail, but it succeeded');
  const { code, details } = response as ServiceError;
  return { code, details };
}

/** Resolves when `condition` holds; the test's own timeout is the bound. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
