/** What a handler may know of the call beside the request. */
export interface CallScope {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Answers one request. It knows nothing of gRPC; what it throws becomes the call's status. */
export type UnaryHandler<Request, Response> = (
  request: Request,
  scope: CallScope,
) => Promise<Response>;

/** Answers a stream of requests; it reads ahead of its answers as far as it says itself. */
export type StreamHandler<Request, Response> = (
  requests: AsyncIterable<Request>,
  scope: CallScope,
) => AsyncIterable<Response>;
