// Original file: proto/cdmpp/v1/task.proto

import type { DeviceKindInput as _cdmpp_v1_DeviceKindInput, DeviceKind as _cdmpp_v1_DeviceKind } from '../../cdmpp/v1/DeviceKind';
import type { Long } from '@grpc/proto-loader';

export interface DeviceCardInput {
  'name'?: (string);
  'kind'?: (_cdmpp_v1_DeviceKindInput);
  'cores'?: (number);
  'simdBits'?: (number);
  'clockHertz'?: (number | string);
  'peakFlops'?: (number | string);
  'memoryBandwidthBytesPerSecond'?: (number | string);
  'l1CacheBytes'?: (number | string | Long);
  'l2CacheBytes'?: (number | string | Long);
  'l3CacheBytes'?: (number | string | Long);
  'memoryBytes'?: (number | string | Long);
  'sharedMemoryBytesPerCore'?: (number | string | Long);
  'registersPerCore'?: (number | string | Long);
  'maxThreadsPerCore'?: (number);
  'warpSize'?: (number);
  'launchOverheadSeconds'?: (number | string);
  'l1BandwidthBytesPerSecond'?: (number | string);
  'l2BandwidthBytesPerSecond'?: (number | string);
  'l3BandwidthBytesPerSecond'?: (number | string);
}

export interface DeviceCard {
  'name': (string);
  'kind': (_cdmpp_v1_DeviceKind);
  'cores': (number);
  'simdBits': (number);
  'clockHertz': (number);
  'peakFlops': (number);
  'memoryBandwidthBytesPerSecond': (number);
  'l1CacheBytes': (string);
  'l2CacheBytes': (string);
  'l3CacheBytes': (string);
  'memoryBytes': (string);
  'sharedMemoryBytesPerCore': (string);
  'registersPerCore': (string);
  'maxThreadsPerCore': (number);
  'warpSize': (number);
  'launchOverheadSeconds': (number);
  'l1BandwidthBytesPerSecond': (number);
  'l2BandwidthBytesPerSecond': (number);
  'l3BandwidthBytesPerSecond': (number);
}
