import { loadCostModelClient } from '../../src/wire';

type Service = ReturnType<typeof loadCostModelClient>['service'];
type MethodName =
  | 'RegisterTask'
  | 'Predict'
  | 'PredictStream'
  | 'Report'
  | 'GetModel'
  | 'ListModels'
  | 'ExportModel'
  | 'ImportModel';
type Serializer = (message: unknown) => Buffer;
type Deserializer<T> = (bytes: Buffer) => T;

/** A request as the server reads it: through the bytes. */
export function requestOverTheWire<Name extends MethodName>(
  name: Name,
  request: Parameters<Service[Name]['requestSerialize']>[0],
): ReturnType<Service[Name]['requestDeserialize']> {
  const { requestSerialize, requestDeserialize } = loadCostModelClient().service[name];
  type Request = ReturnType<Service[Name]['requestDeserialize']>;
  return (requestDeserialize as Deserializer<Request>)((requestSerialize as Serializer)(request));
}

/** A response as the client reads it: through the bytes. */
export function responseOverTheWire<Name extends MethodName>(
  name: Name,
  response: Parameters<Service[Name]['responseSerialize']>[0],
): ReturnType<Service[Name]['responseDeserialize']> {
  const { responseSerialize, responseDeserialize } = loadCostModelClient().service[name];
  type Response = ReturnType<Service[Name]['responseDeserialize']>;
  return (responseDeserialize as Deserializer<Response>)(
    (responseSerialize as Serializer)(response),
  );
}
