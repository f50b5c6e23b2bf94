import { once } from 'node:events';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { Code, PredictorError } from '../errors';
import type { ProgramSource } from '../program';
import {
  decodePredictResponse,
  encodePredictRequest,
  type PredictAnswer,
  type PredictScope,
  type PredictStreamRequestInput,
  type PredictStreamResponse,
} from '../wire';
import { remoteError } from './remote-error';

type Call = ClientDuplexStream<PredictStreamRequestInput, PredictStreamResponse>;
type Chunk = readonly ProgramSource[];

/** See `CostModelClient.predictStream`. Chunks are taken as the server has room for them. */
export async function* predictStream(
  open: () => Call,
  scope: PredictScope,
  chunks: Iterable<Chunk> | AsyncIterable<Chunk>,
  { signal }: { readonly signal?: AbortSignal },
): AsyncIterable<PredictAnswer> {
  if (signal?.aborted) {
    throw new PredictorError(Code.Cancelled, 'PredictStream was cancelled before it was sent');
  }
  const call = open();
  const cancel = (): void => call.cancel();
  signal?.addEventListener('abort', cancel);
  let sourceFailure: { readonly thrown: unknown } | undefined;
  const sending = send(call, scope, chunks).catch((thrown: unknown) => {
    sourceFailure = { thrown };
    call.cancel();
  });
  try {
    for await (const { chunk } of call as AsyncIterable<PredictStreamResponse>) {
      if (chunk === null) throw new PredictorError(Code.DataLoss, 'chunk is absent in an answer');
      yield decodePredictResponse(chunk);
    }
  } catch (thrown) {
    throw sourceFailure === undefined ? remoteError('PredictStream', thrown) : sourceFailure.thrown;
  } finally {
    signal?.removeEventListener('abort', cancel);
    // Without effect on a call that has ended; a reader that stops early ends it here.
    call.cancel();
    await sending;
  }
}

async function send(
  call: Call,
  scope: PredictScope,
  chunks: Iterable<Chunk> | AsyncIterable<Chunk>,
): Promise<void> {
  const closed = once(call, 'close').then(
    () => undefined,
    () => undefined,
  );
  let isFirst = true;
  for await (const programs of chunks) {
    if (call.destroyed) return;
    const chunk = isFirst
      ? encodePredictRequest(scope, programs)
      : { programs: encodePredictRequest(scope, programs).programs ?? [] };
    isFirst = false;
    if (!call.write({ chunk })) await Promise.race([once(call, 'drain'), closed]);
  }
  call.end();
}
