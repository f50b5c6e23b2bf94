/** Each limit at its bound and just below; TVM's own verdicts are compared in the shim's tests. */
import { gpuViolation } from '../../src/features/gpu-limits';
import { createStageProfiler } from '../../src/features/stage-profile';
import { createProgramReader, type HardwareParams, type ProgramSource } from '../../src/program';
import { loadFixture } from '../support/fixtures';

// C = A·B + bias, 128³, float32: blocks of 128 × 64 elements, by 32 threads, 64 of k at a time.
const { task, programs } = loadFixture('matmul-cuda');
const plain = programs[0] as ProgramSource;
const sharedBytes = (128 * 64 + 64 * 64) * 4;
const localBytes = 64 * 4 * 4;

/** The same with 16 of the 64 rows of a thread made virtual threads. */
const withVthreads: ProgramSource = {
  transformSteps: plain.transformSteps.replace('[1, 2, 4, 16]', '[16, 2, 4, 1]'),
  loopNest: `Placeholder: A, B, C
blockIdx.x i.0@j.0@ (0,2)
  vthread i.1@j.1@ (0,16)
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
              matmul = ...
      for i.3 (0,4)
        for j.3 (0,4)
          out = ...
`,
};

/** The same with A copied four elements at a time. */
const withVectors: ProgramSource = {
  transformSteps: plain.transformSteps.replace(
    '["SP", 1, 0, 4096, [1], 1]',
    '["SP", 1, 0, 4096, [4], 1]',
  ),
  loopNest: plain.loopNest.replace(
    / {6}for ax0@ax1@\.0\.0 \(0,256\)\n.*\n.*A\.shared = \.\.\./,
    `      for ax0@ax1@.0.0 (0,64)
        threadIdx.x ax0@ax1@.0.1 (0,32)
          vectorize ax0@ax1@.1 (0,4)
            A.shared = ...`,
  ),
};

function violation(program: ProgramSource, limits: Partial<HardwareParams>): string | undefined {
  const unlimited = Object.fromEntries(Object.keys(task.hardwareParams).map((key) => [key, 0]));
  const hardwareParams = { ...task.hardwareParams, ...unlimited, ...limits };
  const limited = { ...task, hardwareParams };
  const compact = createProgramReader(limited).read(program);
  const profileOf = createStageProfiler(limited);
  const profiles = compact.leaves
    .slice(0, compact.leafCount)
    .map(({ stage, accesses }) => profileOf(stage, accesses));
  return gpuViolation(compact, profiles, limited);
}

describe('gpuViolation()', () => {
  it.each([
    ['maxThreadsPerBlock', plain, 32, 'threads a block'],
    ['maxSharedMemoryPerBlock', plain, sharedBytes, 'bytes of shared memory'],
    ['maxLocalMemoryPerBlock', plain, localBytes, 'bytes of local memory'],
    ['maxLocalMemoryPerBlock', withVthreads, localBytes, 'bytes of local memory'],
    ['maxVthreadExtent', withVthreads, 16, 'vthreads in a loop'],
    ['vectorUnitBytes', withVectors, 4 * 4, 'bytes in a vector'],
  ] as const)('%s: says field, value and bound', (field, program, value, what) => {
    expect(violation(program, { [field]: value })).toBeUndefined();
    const bound = value - 1;
    expect(violation(program, { [field]: bound })).toMatch(
      new RegExp(`^stage "[A-Za-z.]+": ${value} ${what}, at most ${bound}$`),
    );
  });

  it('takes a bound of 0 for unknown', () => {
    expect(violation(withVthreads, {})).toBeUndefined();
  });

  it('lets fewer vthreads pass, as TVM does: it unrolls them', () => {
    const few = {
      transformSteps: withVthreads.transformSteps.replace('[16, 2, 4, 1]', '[8, 2, 8, 1]'),
      loopNest: withVthreads.loopNest
        .replace('i.1@j.1@ (0,16)', 'i.1@j.1@ (0,8)')
        .replace(/for i\.3 \(0,4\)/g, 'for i.3 (0,8)'),
    };
    expect(violation(few, { maxVthreadExtent: 2 })).toBeUndefined();
  });

  it('refuses a copy by other threads than those of its kernel', () => {
    const unequal = {
      ...plain,
      loopNest: plain.loopNest.replace(
        'threadIdx.x ax0@ax1@.0.1 (0,32)',
        'threadIdx.x ax0@ax1@.0.1 (0,16)',
      ),
    };
    expect(violation(unequal, {})).toMatch(/16 threads along threadIdx.x, must be the 32/);
  });

  it('checks nothing on a CPU', () => {
    const cpu = { ...task, target: 'llvm', device: { ...task.device, kind: 'cpu' as const } };
    const compact = createProgramReader(task).read(plain);
    expect(gpuViolation(compact, [], cpu)).toBeUndefined();
  });
});
