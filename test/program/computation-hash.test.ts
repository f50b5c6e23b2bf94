import { computationHash, type Expression, kernelHash, type Task } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { mapExpression, renamedTask, withParts } from '../support/renamed-task';

const cpuNames = fixtureNames.filter((name) => name.endsWith('-cpu'));

/** The first stage of which `change` makes something else, changed. */
function changed(task: Task, change: (node: Expression) => Expression): Task {
  let isDone = false;
  const stages = task.stages.map((stage) => {
    const bodies = stage.bodies.map((body) =>
      mapExpression(body, (node) => {
        if (isDone) return node;
        const next = change(node);
        isDone = next !== node;
        return next;
      }),
    );
    return { ...stage, bodies };
  });
  if (!isDone) throw new Error('nothing was changed');
  return withParts(task, { stages });
}

describe('computationHash()', () => {
  it.each(cpuNames)('should know %s under other names', (name) => {
    const { task } = loadFixture(name);
    expect(computationHash(renamedTask(task))).toBe(computationHash(task));
  });

  it.each(cpuNames)('should know %s on another device', (name) => {
    const cuda = loadFixture(name.replace(/-cpu$/, '-cuda')).task;
    expect(computationHash(cuda)).toBe(computationHash(loadFixture(name).task));
  });

  it('should tell every operator and shape of the fixtures apart', () => {
    const hashes = cpuNames.map((name) => computationHash(loadFixture(name).task));
    expect(new Set(hashes).size).toBe(cpuNames.length);
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('should not mind in which order stages are listed', () => {
    const { task } = loadFixture('conv2d-cpu');
    const isInput = (stage: Task['stages'][number]) => stage.kind === 'placeholder';
    const inputsFirst = [...task.stages].sort((a, b) => Number(isInput(b)) - Number(isInput(a)));
    expect(inputsFirst).not.toEqual(task.stages);
    const other = withParts(task, { stages: inputsFirst, tensors: [...task.tensors].reverse() });
    expect(computationHash(other)).toBe(computationHash(task));
  });

  it('should tell shapes and types apart', () => {
    const { task } = loadFixture('matmul-cpu');
    const wider = {
      tensors: task.tensors.map((tensor) =>
        tensor.name === 'A' || tensor.name === 'matmul' || tensor.name === 'out'
          ? { ...tensor, shape: [256, tensor.shape[1] as number] }
          : tensor,
      ),
      stages: task.stages.map((stage) => ({
        ...stage,
        axes: stage.axes.map((axis) => (axis.name === 'i' ? { ...axis, extent: 256 } : axis)),
      })),
    };
    const half = {
      tensors: task.tensors.map((tensor) => ({ ...tensor, dtype: 'float16' })),
    };
    const hashes = [task, withParts(task, wider), withParts(task, half)].map(computationHash);
    expect(new Set(hashes).size).toBe(3);
  });

  it('should tell operators, constants, reductions and operands apart', () => {
    const { task } = loadFixture('conv2d-cpu');
    const others = [
      changed(task, (node) =>
        node.kind === 'constant' && node.value === 0 && node.dtype === 'float32'
          ? { ...node, value: 1 }
          : node,
      ),
      changed(task, (node) =>
        node.kind === 'binary' && node.operator === 'max' ? { ...node, operator: 'min' } : node,
      ),
      changed(task, (node) => (node.kind === 'reduce' ? { ...node, combiner: 'prod' } : node)),
      changed(task, (node) =>
        node.kind === 'binary' && node.operator === 'mul' && node.dtype === 'float32'
          ? { ...node, operands: [...node.operands].reverse() }
          : node,
      ),
    ];
    const hashes = [task, ...others].map(computationHash);
    expect(new Set(hashes).size).toBe(1 + others.length);
  });

  it('should keep tensors of one shape apart', () => {
    const { task } = loadFixture('same-names-cpu');
    const swapped = changed(task, (node) =>
      node.kind === 'load' && node.tensor === 'T_matmul_NN' ? { ...node, tensor: 'C' } : node,
    );
    expect(computationHash(swapped)).not.toBe(computationHash(task));
  });

  it('should not mind what only steers the schedule', () => {
    const { task } = loadFixture('conv2d-nhwc-cpu');
    const stages = task.stages.map((stage) => ({ ...stage, attributes: { schedule_rule: 'x' } }));
    expect(computationHash(withParts(task, { stages }))).toBe(computationHash(task));
  });
});

describe('kernelHash()', () => {
  it.each(cpuNames)('should know the kernel of %s under other names', (name) => {
    const { task } = loadFixture(name);
    expect(kernelHash(renamedTask(task))).toBe(kernelHash(task));
  });

  it('should know a kernel whatever is fused behind it', () => {
    const { task } = loadFixture('conv2d-cpu');
    const convolution = task.stages.findIndex((stage) => stage.name === 'conv2d_nchw');
    const bare = withParts(task, { stages: task.stages.slice(0, convolution + 1) });
    expect(bare.stages.length).toBeLessThan(task.stages.length);
    expect(computationHash(bare)).not.toBe(computationHash(task));
    expect(kernelHash(bare)).toBe(kernelHash(task));
  });

  it('should tell kernels of other operators and shapes apart', () => {
    const hashes = cpuNames.map((name) => kernelHash(loadFixture(name).task));
    expect(new Set(hashes).size).toBe(cpuNames.length);
  });
});
