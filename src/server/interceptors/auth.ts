import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';

/** Health says nothing about models or records, and probes carry no token. */
const OPEN_PATH_PREFIX = '/grpc.health.v1.Health/';

/**
 * UNAUTHENTICATED for every call, health checks excepted, that does not carry
 * `authorization: Bearer <token>`. The message says neither token.
 */
export function createAuthInterceptor(token: string): ServerInterceptor {
  const expected = digest(`Bearer ${token}`);
  return (method, call) => {
    if (method.path.startsWith(OPEN_PATH_PREFIX)) return new ServerInterceptingCall(call);
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        if (isAuthorized(metadata, expected)) {
          next(metadata);
          return;
        }
        call.sendStatus({
          code: status.UNAUTHENTICATED,
          details: 'the authorization metadata is not "Bearer" and the token of this server',
        });
      })
      .build();
    const responder = new ResponderBuilder().withStart((next) => next(listener)).build();
    return new ServerInterceptingCall(call, responder);
  };
}

/** Digests are of equal length, so that the comparison takes equal time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

function isAuthorized(metadata: Metadata, expected: Buffer): boolean {
  const values = metadata.get('authorization');
  return values.length === 1 && timingSafeEqual(digest(String(values[0])), expected);
}
