import { targetKind } from '../../src/program';
import { domainGpuTask, domainTask } from '../support/domain-samples';

describe('targetKind()', () => {
  const { device } = domainTask();

  it('should be the device’s where its card names a GPU', () => {
    expect(targetKind(domainTask())).toBe('cpu');
    expect(targetKind(domainGpuTask())).toBe('gpu');
    expect(targetKind({ target: 'nvidia/nvidia-v100', device: { ...device, kind: 'gpu' } })).toBe(
      'gpu',
    );
  });

  it.each([
    ['llvm -mcpu=core-avx2', 'cpu'],
    ['c -keys=cpu', 'cpu'],
    ['cuda -arch=sm_70', 'gpu'],
    ['opencl -device=mali', 'gpu'],
    ['rocm', 'gpu'],
    ['llvm -keys=arm_cpu,cpu', 'cpu'],
    ['webgpu -keys=webgpu,gpu', 'gpu'],
  ])('should be the target’s else: %s', (target, kind) => {
    expect(targetKind({ target, device })).toBe(kind);
  });
});
