import { createTask, type MeasuredRecord, type Task } from '../../src/program';

/** An element-wise maximum with minus infinity over `extent` numbers: small, with a number that JSON cannot write. */
export function domainTask(extent = 8, deviceName = 'local'): Task {
  const axis = { kind: 'axis', name: 'i', dtype: 'int32' } as const;
  const lowest = { kind: 'constant', value: Number.NEGATIVE_INFINITY, dtype: 'float32' } as const;
  const load = { kind: 'load', tensor: 'A', indices: [axis], dtype: 'float32' } as const;
  return createTask({
    workloadKey: `["relu", ${extent}]`,
    target: 'llvm',
    hardwareParams: {
      numCores: 2,
      vectorUnitBytes: 32,
      cacheLineBytes: 64,
      maxSharedMemoryPerBlock: 0,
      maxLocalMemoryPerBlock: 0,
      maxThreadsPerBlock: 0,
      maxVthreadExtent: 0,
      warpSize: 0,
    },
    computeDagText: `A = PLACEHOLDER [${extent}]\nB(i) = max(A[i], -inf)\n`,
    initialLoopNest: '',
    tensors: [
      { name: 'A', shape: [extent], dtype: 'float32' },
      { name: 'B', shape: [extent], dtype: 'float32' },
    ],
    stages: [
      {
        name: 'A',
        kind: 'placeholder',
        axes: [{ name: 'i', extent }],
        reduceAxes: [],
        bodies: [],
        attributes: {},
      },
      {
        name: 'B',
        kind: 'compute',
        axes: [{ name: 'i', extent }],
        reduceAxes: [],
        bodies: [{ kind: 'binary', operator: 'max', operands: [load, lowest], dtype: 'float32' }],
        attributes: { layout_free_placeholders: 'A' },
      },
    ],
    device: {
      name: deviceName,
      kind: 'cpu',
      cores: 2,
      simdBits: 256,
      clockHertz: 3e9,
      peakFlops: 96e9,
      memoryBandwidthBytesPerSecond: 20e9,
      l1CacheBytes: 32768,
      l2CacheBytes: 1048576,
      l3CacheBytes: 33554432,
      memoryBytes: 0,
      sharedMemoryBytesPerCore: 0,
      registersPerCore: 0,
      maxThreadsPerCore: 0,
      warpSize: 0,
      launchOverheadSeconds: 0,
      l1BandwidthBytesPerSecond: 3e11,
      l2BandwidthBytesPerSecond: 1e11,
      l3BandwidthBytesPerSecond: 5e10,
    },
    networks: [{ name: 'resnet-18', occurrences: 2 }],
  });
}

/** The same computation for a GPU. */
export function domainGpuTask(extent = 8): Task {
  const { device, ...fields } = domainTask(extent);
  return createTask({
    ...fields,
    initialLoopNest: '',
    target: 'cuda -arch=sm_70',
    device: { ...device, name: 'gpu', kind: 'gpu' },
  });
}

/** A valid measurement; the number makes key, program and costs its own. */
export function domainRecord(
  number: number,
  overrides: Partial<MeasuredRecord> = {},
): MeasuredRecord {
  return {
    idempotencyKey: `key-${number}`,
    program: { loopNest: `for i (0,${number})\n  B = ...\n`, transformSteps: `[["AN",${number}]]` },
    costsSeconds: [number * 1e-3, number * 2e-3],
    errorNumber: 0,
    errorMessage: '',
    allCostSeconds: 0.25,
    timestampSeconds: 1_700_000_000 + number,
    recordLine: `{"i":[${number}]}`,
    ...overrides,
  };
}
