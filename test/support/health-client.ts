import { type Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

const { Check: check, Watch: watch } = service as unknown as Record<
  'Check' | 'Watch',
  (typeof service)[string]
>;

export interface HealthClient {
  /** SERVING, NOT_SERVING, ... */
  check(name: string): Promise<string>;
  /** Statuses as they come, and the code with which the watch ends. */
  watch(name: string): { readonly statuses: string[]; readonly ended: Promise<number> };
  close(): void;
}

/** The standard health service, asked as a probe asks it: without a token. */
export function createHealthClient(address: string, ClientClass: typeof Client): HealthClient {
  const client = new ClientClass(address, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
  });
  return {
    check: (name) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          check.path,
          check.requestSerialize,
          check.responseDeserialize,
          { service: name },
          (error: ServiceError | null, response?: object) => {
            if (error === null) resolve((response as { status: string }).status);
            else reject(error);
          },
        );
      }),
    watch: (name) => {
      const statuses: string[] = [];
      const call = client.makeServerStreamRequest(
        watch.path,
        watch.requestSerialize,
        watch.responseDeserialize,
        { service: name },
      );
      call.on('data', ({ status }: { status: string }) => statuses.push(status));
      const ended = new Promise<number>((resolve) => {
        call.on('error', () => undefined);
        call.on('status', ({ code }) => resolve(code));
      });
      return { statuses, ended };
    },
    close: () => client.close(),
  };
}
