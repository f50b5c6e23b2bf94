import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { Code } from '../errors';
import { COST_MODEL_SERVICE_NAME } from '../wire';

/** `grpc.health.v1` for the server as a whole (empty name) and for the cost model. */
export interface Health {
  addToServer(server: Server): void;
  /** Without effect once closed. */
  setServing(serving: boolean): void;
  /** NOT_SERVING, now and for good; open watches are told and ended, so that a drain ends. */
  close(): void;
}

/** A watch as grpc-js hands it over; only what ends it. */
interface WatchCall {
  emit(event: 'error', failure: { code: number; details: string }): unknown;
  once(event: 'cancelled', listener: () => void): unknown;
}

type WatchHandler = (call: WatchCall) => void;

/** Starts as NOT_SERVING: a port that is open says nothing of a model that is warm. */
export function createHealth(): Health {
  const names = ['', COST_MODEL_SERVICE_NAME];
  const implementation = new HealthImplementation(
    Object.fromEntries(names.map((name) => [name, 'NOT_SERVING'] as const)),
  );
  const watches = new Set<WatchCall>();
  let closed = false;
  const setStatus = (status: 'SERVING' | 'NOT_SERVING'): void => {
    for (const name of names) implementation.setStatus(name, status);
  };
  const follow = (watch: WatchHandler) => (call: WatchCall) => {
    watches.add(call);
    call.once('cancelled', () => watches.delete(call));
    watch(call);
  };
  return Object.freeze({
    addToServer(server: Server) {
      implementation.addToServer({
        addService: (definition, handlers) => {
          const followed = {
            ...handlers,
            watch: follow(handlers.watch as unknown as WatchHandler),
          };
          server.addService(
            definition as ServiceDefinition,
            followed as unknown as UntypedServiceImplementation,
          );
        },
      });
    },
    setServing(serving: boolean) {
      if (!closed) setStatus(serving ? 'SERVING' : 'NOT_SERVING');
    },
    close() {
      closed = true;
      setStatus('NOT_SERVING');
      for (const call of watches) {
        call.emit('error', { code: Code.Unavailable, details: 'the server is shutting down' });
      }
    },
  });
}
