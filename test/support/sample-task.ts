import type { TaskInput } from '../../src/wire/gen/cdmpp/v1/Task';

const axis = (name: string) => ({ kind: 'EXPRESSION_KIND_AXIS', name, dtype: 'int32' }) as const;
const load = (name: string, ...axes: string[]) =>
  ({ kind: 'EXPRESSION_KIND_LOAD', name, dtype: 'float32', operands: axes.map(axis) }) as const;

/** `C[i, j] = sum_k A[i, k] * B[k, j]` over 4 x 8 x 16, as a client sends it. */
export function sampleTask(overrides: Partial<TaskInput> = {}): TaskInput {
  return {
    workloadKey: '["matmul", 4, 8, 16]',
    target: 'llvm -mcpu=core-avx2',
    hardwareParams: { numCores: 2, vectorUnitBytes: 32, cacheLineBytes: 64 },
    computeDagText:
      'A = PLACEHOLDER [4, 16]\nB = PLACEHOLDER [16, 8]\nC(i, j) += (A[i, k]*B[k, j])\n',
    tensors: [
      { name: 'A', shape: [4, 16], dtype: 'float32' },
      { name: 'B', shape: [16, 8], dtype: 'float32' },
      { name: 'C', shape: [4, 8], dtype: 'float32' },
    ],
    stages: [
      {
        name: 'A',
        kind: 'STAGE_KIND_PLACEHOLDER',
        axes: [
          { name: 'i0', extent: 4 },
          { name: 'i1', extent: 16 },
        ],
      },
      {
        name: 'B',
        kind: 'STAGE_KIND_PLACEHOLDER',
        axes: [
          { name: 'i0', extent: 16 },
          { name: 'i1', extent: 8 },
        ],
      },
      {
        name: 'C',
        kind: 'STAGE_KIND_COMPUTE',
        axes: [
          { name: 'i', extent: 4 },
          { name: 'j', extent: 8 },
        ],
        reduceAxes: [{ name: 'k', extent: 16 }],
        bodies: [
          {
            kind: 'EXPRESSION_KIND_REDUCE',
            name: 'sum',
            dtype: 'float32',
            operands: [
              {
                kind: 'EXPRESSION_KIND_BINARY',
                name: 'mul',
                dtype: 'float32',
                operands: [load('A', 'i', 'k'), load('B', 'k', 'j')],
              },
            ],
          },
        ],
      },
    ],
    device: {
      name: 'local',
      kind: 'DEVICE_KIND_CPU',
      cores: 2,
      l1CacheBytes: 32 * 1024,
      l1BandwidthBytesPerSecond: 3e11,
      l2BandwidthBytesPerSecond: 1e11,
      l3BandwidthBytesPerSecond: 5e10,
    },
    networks: [{ name: 'bert-tiny', occurrences: 2 }],
    ...overrides,
  };
}
