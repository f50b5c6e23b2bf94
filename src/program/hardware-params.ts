import type { HardwareParams } from './task';

/** In the order in which TVM writes them. */
const FIELDS = Object.freeze([
  'numCores',
  'vectorUnitBytes',
  'cacheLineBytes',
  'maxSharedMemoryPerBlock',
  'maxLocalMemoryPerBlock',
  'maxThreadsPerBlock',
  'maxVthreadExtent',
  'warpSize',
] as const satisfies readonly (keyof HardwareParams)[]);

/** Eight numbers in TVM's order, whatever the order of the object's fields. */
export function hardwareParamList(params: HardwareParams): readonly number[] {
  return FIELDS.map((field) => params[field]);
}

/** What a list in TVM's order says; 0, which is not known, where it is too short. */
export function hardwareParamsOf(list: readonly number[]): HardwareParams {
  const entries = FIELDS.map((field, index) => [field, list[index] ?? 0]);
  return Object.freeze(Object.fromEntries(entries)) as HardwareParams;
}
