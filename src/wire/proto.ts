import { join } from 'node:path';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';
import type { ProtoGrpcType } from './gen/service';

/** The package root's `proto/`, two levels up both from `src/wire` and from `dist/wire`. */
export const PROTO_DIRECTORY = join(__dirname, '..', '..', 'proto');

/** Full name of the service, as health checks and retry policies name it. */
export const COST_MODEL_SERVICE_NAME = 'cdmpp.v1.CostModel';

/** The same options that `make proto` gives to proto-loader-gen-types: types and values agree. */
const LOADER_OPTIONS: Options = Object.freeze({
  keepCase: false,
  // Number would round an int64 above 2^53 silently; the codec rejects it instead.
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: [PROTO_DIRECTORY],
});

let loaded: ProtoGrpcType | undefined;

function loadProto(): ProtoGrpcType {
  loaded ??= loadPackageDefinition(
    loadSync('cdmpp/v1/service.proto', LOADER_OPTIONS),
  ) as unknown as ProtoGrpcType;
  return loaded;
}

/** Constructor of the raw gRPC client. */
export function loadCostModelClient(): ProtoGrpcType['cdmpp']['v1']['CostModel'] {
  return loadProto().cdmpp.v1.CostModel;
}

/** Bytes of a task and back, outside of any call. */
export function loadTaskMessage(): ProtoGrpcType['cdmpp']['v1']['Task'] {
  return loadProto().cdmpp.v1.Task;
}

/** A request that is not a message of its type. It reaches the handler as a value. */
export class MalformedRequest {
  constructor(readonly reason: string) {}
}

/**
 * The service for a server. grpc-js answers INTERNAL where a request cannot be
 * deserialised, but it is the caller's bytes that are wrong: here they become a
 * `MalformedRequest`, for which the server answers INVALID_ARGUMENT.
 */
export function loadCostModelService(): ProtoGrpcType['cdmpp']['v1']['CostModel']['service'] {
  const { service } = loadCostModelClient();
  const total = Object.entries(service).map(([name, method]) => [
    name,
    { ...method, requestDeserialize: totally(method.requestDeserialize) },
  ]);
  return Object.fromEntries(total) as typeof service;
}

function totally<T>(deserialize: (bytes: Buffer) => T): (bytes: Buffer) => T | MalformedRequest {
  return (bytes) => {
    try {
      return deserialize(bytes);
    } catch (error) {
      return new MalformedRequest(error instanceof Error ? error.message : String(error));
    }
  };
}
