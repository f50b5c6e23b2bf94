import { type Computation, sortedSet } from './computations';
import type { Block, LeftOut } from './split';

export function block(devices: readonly string[], computations: readonly Computation[]): Block {
  return { devices, computations: sortedSet(computations.map((one) => one.hash)) };
}

/** Blocks say what is there: a computation that runs on none of the devices is not left out. */
export function leftOut(
  devices: readonly string[],
  computations: readonly Computation[],
  reason: string,
): LeftOut {
  const there = computations.filter((one) => one.devices.some((name) => devices.includes(name)));
  return { ...block(devices, there), reason };
}
