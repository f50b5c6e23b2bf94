import { createTask, type ProgramSource } from '../../src/program';
import { loadFixture, taskFields } from '../support/fixtures';
import { expectFeatures, featuresOf, log } from './leaf-values';

/** 128³ matmul on 2 blocks of 2 × 16 threads; each makes 64 × 4 elements, over halves of k in shared memory. */
const program: ProgramSource = {
  loopNest: `Placeholder: A, B, C
blockIdx.x i.0@j.0@ (0,2)
  threadIdx.x i.2@j.2@ (0,32)
    matmul auto_unroll: 1024
    for k.0 (0,2)
      for ax0@ax1@.0.0 (0,128)
        threadIdx.x ax0@ax1@.0.1 (0,32)
          B.shared = ...
      for ax0@ax1@.0.0 (0,256)
        threadIdx.x ax0@ax1@.0.1 (0,32)
          A.shared = ...
      for i.3 (0,4)
        for j.3 (0,4)
          for k.2 (0,64)
            for i.4 (0,16)
              matmul = ...
    for i.3 (0,64)
      for j.3 (0,4)
        out = ...
`,
  transformSteps: JSON.stringify([
    ['SP', 2, 0, 128, [1, 2, 4, 16], 1],
    ['SP', 2, 5, 128, [1, 16, 4, 1], 1],
    ['SP', 2, 10, 128, [1, 64], 1],
    ['RE', 2, [0, 5, 1, 6, 2, 7, 10, 11, 3, 8, 12, 4, 9]],
    ['FSP', 4, 0, 0, 3],
    ['FSP', 4, 4, 1, 3],
    ['RE', 4, [0, 4, 1, 5, 2, 6, 3, 7]],
    ['CA', 2, 4, 5],
    ['CHR', 1, 'shared', [2]],
    ['CA', 2, 3, 6],
    ['CHR', 0, 'shared', [3]],
    ['CA', 1, 4, 6],
    ['FU', 6, [0, 1]],
    ['AN', 6, 0, 5],
    ['FU', 6, [1, 2]],
    ['AN', 6, 1, 4],
    ['FU', 6, [2, 3]],
    ['AN', 6, 2, 6],
    ['FU', 3, [0, 1]],
    ['SP', 3, 0, 256, [1], 1],
    ['AN', 3, 1, 2],
    ['FFSP', 3, 0, [1, 0], 1, 1],
    ['AN', 3, 1, 6],
    ['FU', 1, [0, 1]],
    ['SP', 1, 0, 4096, [1], 1],
    ['AN', 1, 1, 2],
    ['FFSP', 1, 0, [1, 0], 1, 1],
    ['AN', 1, 1, 6],
    ['PR', 4, 0, 'auto_unroll_max_step$1024'],
  ]),
};
const [bShared, aShared, matmul, out] = [0, 1, 2, 3] as const;

describe('features of a leaf on a GPU', () => {
  const fields = taskFields(loadFixture('matmul-cuda').json);
  const task = createTask(fields);
  const features = featuresOf(task, program);
  const aTile = 128 * 64;
  const bTile = 64 * 64;

  it('tell the geometry of the launch', () => {
    expectFeatures(features, matmul, 'gpu', {
      blocks: log(2),
      threads: log(32),
      vthreads: log(1),
      warp_use: 1,
      core_use: 2 / 80,
      waves: log(2 / 80),
      thread_use: 32 / 1024,
    });
  });

  it('add up what a kernel takes of shared memory and registers, for all of its leaves', () => {
    for (const leaf of [bShared, aShared, matmul, out]) {
      expectFeatures(features, leaf, 'gpu', {
        shared_bytes: log((aTile + bTile) * 4),
        shared_use: ((aTile + bTile) * 4) / 49_152,
        local_registers: log(64 * 4),
      });
    }
  });

  it('begin anew with every kernel', () => {
    const softmax = loadFixture('softmax-cuda');
    // Kernel of the maxima; kernel of the sums, one for each block, and of the quotients.
    const rows = featuresOf(softmax.task, softmax.programs[1]);
    expectFeatures(rows, 0, 'gpu', { shared_bytes: 0, local_registers: 0, blocks: log(2) });
    // The threads sum up together: a register for each one's part, and one for the whole.
    const sums = { shared_bytes: log(4), local_registers: log(1 + 1) };
    expectFeatures(rows, 1, 'gpu', { ...sums, blocks: log(64) });
    expectFeatures(rows, 2, 'gpu', sums);

    const winograd = loadFixture('winograd-cuda');
    const kernels = featuresOf(winograd.task, winograd.programs[0]);
    // An input tile of 6 × 6 in a thread; behind it 2 × 2 sums in each of 8 virtual threads.
    expectFeatures(kernels, 0, 'gpu', { local_registers: log(6 * 6), shared_bytes: 0 });
    expectFeatures(kernels, 1, 'gpu', { local_registers: log(6 * 6) });
    expectFeatures(kernels, 4, 'gpu', { local_registers: log(8 * 2 * 2), vthreads: log(8) });
    expectFeatures(kernels, 6, 'gpu', { local_registers: 0, shared_bytes: 0 });
  });

  it('say that occupancy is unknown where the card tells no limit', () => {
    expectFeatures(features, matmul, 'gpu', {
      resident_blocks: 0,
      full_waves: 0,
      occupancy: 0,
      limits_known: 0,
    });
  });

  it('tell occupancy by the tightest limit of the card', () => {
    const card = {
      ...task.device,
      name: 'card',
      maxThreadsPerCore: 2048,
      registersPerCore: 65_536,
      sharedMemoryBytesPerCore: 98_304,
    };
    // 64 blocks by threads, 8 by registers (256 in each of 32 threads), 2 by shared memory.
    const known = featuresOf(createTask({ ...fields, device: card }), program);
    expectFeatures(known, matmul, 'gpu', {
      resident_blocks: log(2),
      full_waves: log(2 / (80 * 2)),
      occupancy: (2 * 32) / 2048,
      limits_known: 1,
    });
    const { registersPerCore: _, ...rest } = { ...card, sharedMemoryBytesPerCore: 0 };
    const partly = featuresOf(
      createTask({ ...fields, device: { ...rest, registersPerCore: 0 } }),
      program,
    );
    expectFeatures(partly, matmul, 'gpu', { resident_blocks: log(64), limits_known: 1 / 3 });
  });

  it('put results where TVM does: local under threads, shared where a step says so', () => {
    expectFeatures(features, matmul, 'leaf', { is_local: 1, is_shared: 0 });
    expectFeatures(features, matmul, 'leaf', { allocation_bytes: log(64 * 4 * 4) });
    expectFeatures(features, aShared, 'leaf', { is_local: 0, is_shared: 1 });
    expectFeatures(features, out, 'leaf', { is_local: 0, is_shared: 0, is_root: 1 });
    // Slots of matmul: what it writes, A.shared, B.shared.
    expectFeatures(features, matmul, 'access', { '0.scope': 1, '1.scope': 0.5, '2.scope': 0.5 });
  });

  it('tell the stride between neighbouring threads', () => {
    // A copy's own threads go along rows. Those of matmul are of its consumer: 4 columns apart.
    expectFeatures(features, bShared, 'access', {
      '0.lane_stride': log(1),
      '1.lane_stride': log(1),
    });
    expectFeatures(features, out, 'access', { '0.lane_stride': log(4), '1.lane_stride': log(4) });
    expectFeatures(features, matmul, 'vector', { lanes_known: 1 });
    expectFeatures(features, matmul, 'access', {
      '0.lane_stride': log(4),
      '1.lane_stride': 0,
      '2.lane_stride': log(4),
    });
  });

  it('count a copy of both blocks once for each', () => {
    // The blocks halve j: each half of B is copied once, A is copied twice.
    expectFeatures(features, bShared, 'loops', { iterations: log(128 * 128), recomputation: 0 });
    expectFeatures(features, aShared, 'loops', {
      iterations: log(2 * 128 * 128),
      recomputation: log(2 - 1),
    });
  });

  it('tell each loop from the innermost', () => {
    expectFeatures(features, matmul, 'loop', {
      '0.extent': log(16),
      '0.unrolled': 1,
      '1.extent': log(64),
      '1.reduces': 1,
      '1.unrolled': 1,
      '2.unrolled': 0,
      '4.reduces': 1,
      '5.extent': log(32),
      '5.thread': 1,
      '5.parallel': 0,
      '6.extent': log(2),
      '6.parallel': 1,
      '6.thread': 0,
      '7.extent': 0,
    });
  });

  it('tell tiles, reuse and producers of what is read from shared memory', () => {
    expectFeatures(features, matmul, 'access.1', {
      'tile.0.bytes': log(16 * 4),
      'tile.1.bytes': log(16 * 64 * 4),
      // GPUs load sectors of 32 bytes.
      'tile.1.lines': log((16 * 64 * 4) / 32),
      reuse_extent: log(4),
      reuse_distance_iterations: log(64 * 16),
      reuse_distance_bytes: log((16 + 16 * 64 + 64) * 4),
      producer_distance: log(13 - 8),
      producer_bytes: log(2 * aTile * 4),
    });
    expectFeatures(features, matmul, 'access.2', {
      reuse_extent: log(16),
      reuse_distance_iterations: log(1),
      producer_distance: log(13 - 5),
      producer_bytes: log(2 * (aTile + bTile) * 4),
    });
  });

  it('tell the arithmetic intensity of one iteration and of all', () => {
    expectFeatures(features, matmul, 'intensity', {
      0: log(2 / 12),
      9: log((2 * 128 ** 3) / (3 * 128 * 128 * 4)),
    });
  });
});
