import type { Expression } from './expression';

/** A named tensor of a task. Stages with several outputs name them `X.v0`, `X.v1`, ... */
export interface Tensor {
  readonly name: string;
  /** Extents, outermost first, each at least 1. */
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface Axis {
  readonly name: string;
  /** Number of iterations, at least 1. */
  readonly extent: number;
}

/** One operation of the compute DAG, in the order that transform steps count in. */
export interface Stage {
  readonly name: string;
  readonly kind: 'placeholder' | 'compute' | 'opaque';
  readonly axes: readonly Axis[];
  readonly reduceAxes: readonly Axis[];
  /** One per output; empty for placeholders and opaque stages. A reduction is a `reduce` at the root. */
  readonly bodies: readonly Expression[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** That a task is part of a network. */
export interface NetworkUse {
  readonly name: string;
  /** How often the network runs the task in one inference, at least 1. */
  readonly occurrences: number;
}

/** TVM's auto_scheduler.HardwareParams; 0 means unknown or not applicable. */
export interface HardwareParams {
  readonly numCores: number;
  readonly vectorUnitBytes: number;
  readonly cacheLineBytes: number;
  readonly maxSharedMemoryPerBlock: number;
  readonly maxLocalMemoryPerBlock: number;
  readonly maxThreadsPerBlock: number;
  readonly maxVthreadExtent: number;
  readonly warpSize: number;
}

/** What is known of a device; 0 means unknown. Units are in the names. */
export interface DeviceCard {
  readonly name: string;
  readonly kind: 'cpu' | 'gpu';
  readonly cores: number;
  readonly simdBits: number;
  readonly clockHertz: number;
  readonly peakFlops: number;
  readonly memoryBandwidthBytesPerSecond: number;
  readonly l1CacheBytes: number;
  readonly l2CacheBytes: number;
  readonly l3CacheBytes: number;
  readonly memoryBytes: number;
  readonly sharedMemoryBytesPerCore: number;
  readonly registersPerCore: number;
  readonly maxThreadsPerCore: number;
  readonly warpSize: number;
  readonly launchOverheadSeconds: number;
  /** Of one core's own cache. */
  readonly l1BandwidthBytesPerSecond: number;
  /** Of one core's own cache. */
  readonly l2BandwidthBytesPerSecond: number;
  /** Of all cores in use together. */
  readonly l3BandwidthBytesPerSecond: number;
}

/** What is computed, on what. Frozen; made by `createTask`, which checks it and fills `id`. */
export interface Task {
  /** Hash of structure, shapes, types, target and device: hex, 32 characters. */
  readonly id: string;
  /** Hash of structure, shapes and types alone: equal across devices. */
  readonly structureHash: string;
  readonly workloadKey: string;
  readonly target: string;
  readonly hardwareParams: HardwareParams;
  readonly computeDagText: string;
  readonly tensors: readonly Tensor[];
  readonly stages: readonly Stage[];
  readonly device: DeviceCard;
  /** Networks that it occurs in, by name; no part of the id. */
  readonly networks: readonly NetworkUse[];
}
