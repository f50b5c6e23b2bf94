import { type CompactProgram, createProgramReader } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';

const cpuFixtures = fixtureNames.filter((name) => name.endsWith('-cpu'));
const cudaFixtures = fixtureNames.filter((name) => name.endsWith('-cuda'));

interface Loop {
  readonly extent: number;
  /** Steps along each axis that it moves. */
  readonly steps: readonly number[];
  readonly isExact: boolean;
}

function loopsOf(program: CompactProgram): readonly Loop[] {
  return Array.from({ length: program.loopCount }, (_, loop) => ({
    extent: program.loopExtent[loop] as number,
    steps: Array.from(
      program.runExtent.subarray(program.loopFirstRun[loop], program.loopFirstRun[loop + 1]),
    ),
    isExact: program.loopIsExact[loop] === 1,
  }));
}

const product = (steps: readonly number[]): number =>
  steps.reduce((total, step) => total * step, 1);

/** Spans of a leaf, a row for each level; the last is that of a single iteration. */
function spansOf(program: CompactProgram, leaf: number): readonly (readonly number[])[] {
  const axes = program.leaves[leaf]?.axisExtents.length as number;
  const first = program.leafFirstSpan[leaf] as number;
  const [start, end] = program.leafFirstPath.subarray(leaf, leaf + 2) as Int32Array & number[];
  return Array.from({ length: (end as number) - (start as number) + 1 }, (_, level) =>
    Array.from(program.spans.subarray(first + level * axes, first + (level + 1) * axes)),
  );
}

/** Every program of a fixture, measured ones included. */
function sourcesOf(name: string) {
  const { programs, records } = loadFixture(name);
  return [...programs, ...records.map(({ record }) => record.program)];
}

describe('createProgramReader()', () => {
  it.each(cpuFixtures)('resolves every loop of %s to the extent that TVM found', (name) => {
    const reader = createProgramReader(loadFixture(name).task);
    for (const source of sourcesOf(name)) {
      for (const loop of loopsOf(reader.read(source))) {
        expect([product(loop.steps), loop.isExact]).toEqual([loop.extent, true]);
      }
    }
  });

  it.each(cudaFixtures)(
    'resolves the single-axis loops of %s to the extent that TVM found',
    (name) => {
      const reader = createProgramReader(loadFixture(name).task);
      for (const source of sourcesOf(name)) {
        for (const loop of loopsOf(reader.read(source))) {
          if (loop.steps.length < 2) expect(product(loop.steps)).toBe(loop.extent);
        }
      }
    },
  );

  it('resolves most fused CUDA loops: all but parts of those split where no axis ends', () => {
    let agreeing = 0;
    let fused = 0;
    for (const name of cudaFixtures) {
      const reader = createProgramReader(loadFixture(name).task);
      for (const loop of sourcesOf(name).flatMap((source) => loopsOf(reader.read(source)))) {
        if (loop.steps.length < 2) continue;
        fused += 1;
        expect(loop.isExact).toBe(product(loop.steps) === loop.extent);
        if (loop.isExact) agreeing += 1;
      }
    }
    expect(agreeing / fused).toBeGreaterThan(0.6);
  });

  it('needs of a tiled matmul what its consumer reads', () => {
    const { task, programs } = loadFixture('matmul-cpu');
    const reader = createProgramReader(task);
    for (const source of programs) {
      const program = reader.read(source);
      const matmul = program.leaves.findIndex((leaf) => leaf.stage.name === 'matmul');
      const spans = spansOf(program, matmul);
      // Level 0 of the whole program: all of i, j and k.
      expect(spans[0]).toEqual([128, 128, 128]);
      expect(spans[spans.length - 1]).toEqual([1, 1, 1]);
    }
  });

  it('charges inlined stages to their consumer', () => {
    const { task, programs } = loadFixture('conv2d-cpu');
    const program = createProgramReader(task).read(programs[0] as (typeof programs)[0]);
    const last = program.leaves[program.leafCount - 1];
    expect(last?.stage.name).toBe('compute');
    expect(last?.accesses.map((access) => access.tensor)).toEqual([
      'compute',
      'conv2d_nchw',
      'bias',
    ]);
  });

  it.each(['same-names-cpu', 'same-names-cuda'])('tells stages of one name apart in %s', (name) => {
    const { task, programs } = loadFixture(name);
    expect(task.stages.map((stage) => stage.name)).toContain('T_add#2');
    const reader = createProgramReader(task);
    for (const source of programs) {
      const program = reader.read(source);
      // The last operation is computed at the end, from the row sums.
      const last = program.leaves[program.leafCount - 1];
      expect(last?.stage.name).toBe('T_add#2');
      expect(last?.accesses.some((access) => access.tensor.startsWith('T_add_red'))).toBe(true);
    }
  });

  it.each([
    ['loopNest', '', 'loop_nest: empty'],
    ['transformSteps', '', 'transform_steps: empty'],
    ['transformSteps', '[]', 'make no loop'],
    ['transformSteps', '[["CI", 9]]', 'stage 9 of 5 does not exist'],
    ['transformSteps', '[["AN", 2, 7, 1]]', 'iterator 7 of stage "matmul" does not exist'],
    ['loopNest', 'mystery = ...', 'stage "mystery" is inlined or not made by the steps'],
    ['loopNest', 'out = ...\nout = ...', 'stands there more than 1 times'],
  ])('says what is wrong with %s %j', (field, value, reason) => {
    const { task, programs } = loadFixture('matmul-cpu');
    const source = { ...(programs[0] as (typeof programs)[0]), [field]: value };
    expect(() => createProgramReader(task).read(source)).toThrow(reason);
  });
});
