import { once } from 'node:events';
import type {
  handleBidiStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServiceError,
} from '@grpc/grpc-js';
import type { Clock, Log } from '../base';
import { invalidArgument } from '../errors';
import { MalformedRequest } from '../wire';
import { createCallSignal } from './call-signal';
import type { StreamHandler, UnaryHandler } from './handler';
import type { OpenCalls } from './open-calls';
import { type CallFailure, callFailureOf, isServerFault } from './status';

/** What every call needs, whichever it is. */
export interface CallContext {
  readonly openCalls: OpenCalls;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Turns handlers into what grpc-js calls. Handlers are plain functions, so there
 * is no way to the wire but through here: every request is checked to be a
 * message, every error is mapped, every call is counted and has its signal.
 */
export function adaptUnary<Request, Response>(
  method: string,
  handler: UnaryHandler<Request, Response>,
  context: CallContext,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const ended = enterCall(method, context);
    const signal = createCallSignal(call, () => context.clock.wallSeconds() * 1000);
    const answer = async (): Promise<Response> =>
      handler(assertMessage(call.request), Object.freeze({ signal }));
    answer().then(
      (response) => {
        ended();
        callback(null, response);
      },
      (thrown: unknown) => callback(ended(thrown)),
    );
  };
}

/** See `adaptUnary`. Responses wait until the connection takes them. */
export function adaptStream<Request, Response>(
  method: string,
  handler: StreamHandler<Request, Response>,
  context: CallContext,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    const ended = enterCall(method, context);
    const signal = createCallSignal(call, () => context.clock.wallSeconds() * 1000);
    const answer = async (): Promise<void> => {
      for await (const response of handler(readMessages(call), Object.freeze({ signal }))) {
        if (!call.write(response)) await once(call, 'drain', { signal });
      }
    };
    answer().then(
      () => {
        ended();
        call.end();
      },
      (thrown: unknown) => {
        // Destroyed is what grpc-js leaves of a cancelled stream; only the signal knows why.
        const failure = ended(signal.aborted ? signal.reason : thrown);
        if (!call.destroyed) call.emit('error', failure as ServiceError);
      },
    );
  };
}

/** Counts the call; the returned function ends it, logs it and maps what was thrown, if anything. */
function enterCall(method: string, context: CallContext): (thrown?: unknown) => CallFailure {
  const { clock, log, openCalls } = context;
  const leave = openCalls.enter();
  const startMs = clock.nowMs();
  return (thrown) => {
    leave();
    const failed = thrown !== undefined;
    const failure = failed ? callFailureOf(thrown) : { code: 0, details: '' };
    const fields = { method, ...failure, durationMs: clock.nowMs() - startMs };
    if (failed && isServerFault(failure)) {
      log.error('server:call-failed', () => ({ ...fields, error: describe(thrown) }));
    } else {
      log.debug('server:call', fields);
    }
    return failure;
  };
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

function assertMessage<Request>(request: Request): Request {
  if (request instanceof MalformedRequest) {
    throw invalidArgument(`the request is not a message of its type: ${request.reason}`);
  }
  return request;
}

async function* readMessages<Request, Response>(
  call: ServerDuplexStream<Request, Response>,
): AsyncIterable<Request> {
  // The default iterator destroys the stream when its reader throws: no status could follow then.
  for await (const request of call.iterator({ destroyOnReturn: false })) {
    yield assertMessage(request as Request);
  }
}
