import { type ChannelOptions, type ServiceConfig, status } from '@grpc/grpc-js';
import { COST_MODEL_SERVICE_NAME } from '../wire';
import type { ValidCostModelClientOptions } from './client-options';

/**
 * Calls that may be sent twice without a second effect. ImportModel would make
 * two versions, and of a stream a part may have been answered.
 */
const RETRIED_METHODS = Object.freeze([
  'RegisterTask',
  'Predict',
  'Report',
  'GetModel',
  'ListModels',
  'ExportModel',
]);

/** gRPC's own retries, with its own backoff and jitter, for the one status that means "later". */
export function createChannelOptions(options: ValidCostModelClientOptions): ChannelOptions {
  const retryPolicy = {
    maxAttempts: options.maxAttempts,
    initialBackoff: '0.2s',
    maxBackoff: '5s',
    backoffMultiplier: 3,
    retryableStatusCodes: [status.UNAVAILABLE],
  };
  const serviceConfig: ServiceConfig = {
    loadBalancingConfig: [],
    methodConfig: [
      {
        name: RETRIED_METHODS.map((method) => ({ service: COST_MODEL_SERVICE_NAME, method })),
        // A policy needs two attempts at least.
        ...(options.maxAttempts > 1 ? { retryPolicy } : {}),
      },
    ],
  };
  return {
    'grpc.service_config': JSON.stringify(serviceConfig),
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_retries': options.maxAttempts > 1 ? 1 : 0,
    // A request that is not held back whole cannot be sent again.
    'grpc.per_rpc_retry_buffer_size': options.maxMessageBytes,
    'grpc.retry_buffer_size': 2 * options.maxMessageBytes,
    'grpc.max_receive_message_length': options.maxMessageBytes,
    // A server that restarts is found again soon.
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5000,
  };
}
