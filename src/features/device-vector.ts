/** The device card as numbers: log2 of each value, and beside it whether it is known at all. */
import type { DeviceCard, Task } from '../program';

type CardNumber = Exclude<keyof DeviceCard, 'name' | 'kind'>;

/** Scales bring the usual values of each field near 1. */
const fields: readonly (readonly [CardNumber, number])[] = [
  ['cores', 1],
  ['simdBits', 64],
  ['clockHertz', 1e9],
  ['peakFlops', 1e10],
  ['memoryBandwidthBytesPerSecond', 1e9],
  ['l1CacheBytes', 4096],
  ['l2CacheBytes', 65_536],
  ['l3CacheBytes', 1_048_576],
  ['memoryBytes', 2 ** 30],
  ['sharedMemoryBytesPerCore', 4096],
  ['registersPerCore', 1024],
  ['maxThreadsPerCore', 64],
  ['warpSize', 8],
  ['launchOverheadSeconds', 1e-7],
];

export const deviceFeatureNames: readonly string[] = [
  'is_gpu',
  'hardware.num_cores',
  'hardware.vector_unit_bytes',
  'hardware.max_threads_per_block',
  ...fields.flatMap(([name]) => [`card.${name}`, `card.${name}.known`]),
];

/** As long as `deviceFeatureNames`. */
export function deviceVector(task: Task): Float32Array {
  const { device, hardwareParams } = task;
  const values = [
    device.kind === 'gpu' ? 1 : 0,
    Math.log2(1 + hardwareParams.numCores) / 4,
    Math.log2(1 + hardwareParams.vectorUnitBytes) / 4,
    Math.log2(1 + hardwareParams.maxThreadsPerBlock) / 4,
    ...fields.flatMap(([name, scale]) => [
      Math.log2(1 + device[name] / scale) / 4,
      device[name] > 0 ? 1 : 0,
    ]),
  ];
  return Float32Array.from(values);
}
