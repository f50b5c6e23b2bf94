import {
  annotations,
  type CompactProgram,
  createProgramReader,
  type ProgramSource,
} from '../../src/program';
import { parseLoopNest } from '../../src/program/loop-nest';
import { fixtureNames, loadFixture } from '../support/fixtures';

/** Every program of a fixture, measured ones included. */
function sourcesOf(name: string): readonly ProgramSource[] {
  const { programs, records } = loadFixture(name);
  return [...programs, ...records.map(({ record }) => record.program)];
}

/** A copy of everything that a program says: the reader's own columns are written over. */
function contentOf(program: CompactProgram) {
  const { loopCount, leafCount } = program;
  const take = (column: ArrayLike<number>, count: number) => Array.from(column).slice(0, count);
  const runCount = program.loopFirstRun[loopCount] as number;
  return {
    loops: {
      annotation: take(program.loopAnnotation, loopCount),
      extent: take(program.loopExtent, loopCount),
      serial: take(program.loopSerial, loopCount),
      leaf: take(program.loopLeaf, loopCount),
      firstRun: take(program.loopFirstRun, loopCount + 1),
      isExact: take(program.loopIsExact, loopCount),
    },
    runs: {
      axis: take(program.runAxis, runCount),
      extent: take(program.runExtent, runCount),
      stride: take(program.runStride, runCount),
    },
    leaves: Array.from({ length: leafCount }, (_, leaf) => {
      const from = program.leafFirstPath[leaf] as number;
      const to = program.leafFirstPath[leaf + 1] as number;
      const axes = program.leaves[leaf]?.axisExtents.length as number;
      const span = program.leafFirstSpan[leaf] as number;
      return {
        stage: program.leaves[leaf]?.stage.name as string,
        scope: program.leaves[leaf]?.scope,
        serial: program.leafSerial[leaf],
        path: Array.from(program.path.subarray(from, to)),
        attachDepth: program.leafAttachDepth[leaf],
        autoUnroll: program.leafAutoUnroll[leaf],
        spans: Array.from(program.spans.subarray(span, span + (to - from + 1) * axes)),
      };
    }),
  };
}

function read(name: string, transformSteps: unknown, loopNest = '') {
  const { task } = loadFixture(name);
  const text = typeof transformSteps === 'string' ? transformSteps : JSON.stringify(transformSteps);
  return contentOf(createProgramReader(task).read({ loopNest, transformSteps: text }));
}

describe('createProgramReader()', () => {
  it.each(fixtureNames)('reads %s from the steps alone as with the text', (name) => {
    const reader = createProgramReader(loadFixture(name).task);
    for (const source of sourcesOf(name)) {
      const printed = contentOf(reader.read(source));
      const { transformSteps } = source;
      expect(contentOf(reader.read({ loopNest: '', transformSteps }))).toEqual(printed);
    }
  });

  it.each(fixtureNames)(
    'finds every loop of %s where TVM prints it, from the steps alone',
    (name) => {
      const reader = createProgramReader(loadFixture(name).task);
      for (const { loopNest, transformSteps } of sourcesOf(name)) {
        const printed = parseLoopNest(loopNest);
        const { loops, leaves } = contentOf(reader.read({ loopNest: '', transformSteps }));
        expect(loops.extent).toEqual(printed.loops.map((loop) => loop.extent));
        expect(loops.serial).toEqual(printed.loops.map((loop) => loop.serial));
        expect(loops.leaf).toEqual(printed.loops.map((loop) => loop.lastLeaf));
        const printedAnnotations = printed.loops.map((loop) =>
          annotations.indexOf(loop.annotation),
        );
        expect(loops.annotation).toEqual(printedAnnotations);
        expect(leaves.map((leaf) => leaf.path)).toEqual(printed.leaves.map((leaf) => leaf.path));
        const stages = leaves.map((leaf) => leaf.stage.replace(/#\d+/g, ''));
        expect(stages).toEqual(printed.leaves.map((leaf) => leaf.stageName));
      }
    },
  );

  it('lets the text rule where it is there', () => {
    const nest = (rows: number) =>
      `for i.0 (0,${rows})\n  for i.1 (0,4)\n    for j (0,128)\n      for k (0,128)\n        matmul = ...\nfor i (0,128)\n  for j (0,128)\n    out = ...`;
    const steps = [['SP', 2, 0, 128, [4], 1]];
    expect(read('matmul-cpu', steps, nest(32)).loops.extent[0]).toBe(32);
    expect(read('matmul-cpu', steps, nest(31)).loops.extent[0]).toBe(31);
    expect(read('matmul-cpu', steps).loops.extent[0]).toBe(128 / 4);
  });

  const cpuFixtures = fixtureNames.filter((name) => name.endsWith('-cpu'));
  it.each(cpuFixtures)('finds loops of %s that multiply to what they run over', (name) => {
    const reader = createProgramReader(loadFixture(name).task);
    for (const source of sourcesOf(name)) {
      const { loops, runs } = contentOf(reader.read(source));
      loops.extent.forEach((extent, loop) => {
        const extents = runs.extent.slice(loops.firstRun[loop], loops.firstRun[loop + 1]);
        expect(extents.reduce((product, run) => product * run, 1)).toBe(extent);
        expect(loops.isExact[loop]).toBe(1);
      });
    }
  });

  it('gives a program of another reading no part of the last one', () => {
    const [first, second] = sourcesOf('winograd-cpu') as [ProgramSource, ProgramSource];
    const { task } = loadFixture('winograd-cpu');
    const reader = createProgramReader(task);
    const alone = contentOf(createProgramReader(task).read(first));
    reader.read(second);
    expect(contentOf(reader.read(first))).toEqual(alone);
  });

  it('rounds uneven splits up and keeps what the axis needs', () => {
    // Axis i of the matmul has 128 steps: 43 times 3, the last one cut short.
    const { loops, leaves } = read('matmul-cpu', [['SP', 2, 0, 128, [3], 1]]);
    const own = loops.extent.filter((_, loop) => loops.leaf[loop] === 0);
    expect(own).toEqual([Math.ceil(128 / 3), 3, 128, 128]);
    expect(leaves[0]?.stage).toBe('matmul');
    expect(leaves[0]?.spans.slice(0, 3)).toEqual([128, 128, 128]);
    expect(leaves[0]?.spans.slice(3, 6)).toEqual([3, 128, 128]);
  });

  it('never lowers a part that is bound to threads', () => {
    const steps = [
      ['SP', 2, 0, 128, [500], 1],
      ['AN', 2, 1, 6],
    ];
    const { loops, runs } = read('matmul-cuda', steps);
    expect(loops.extent[0]).toBe(500);
    // The threads beyond the axis have nothing to do.
    expect(runs.extent[0]).toBe(128);
    expect(loops.isExact[0]).toBe(1);
  });

  it('lowers the inner part of a split that is longer than what is split', () => {
    const { loops } = read('matmul-cpu', [['SP', 2, 0, 128, [500], 1]]);
    expect(loops.extent.filter((_, loop) => loops.leaf[loop] === 0)).toEqual([128, 128, 128]);
  });

  it('works out the extents of parts whose outer lengths are given', () => {
    // Outer parts of 4 and 8: what is left is 128 / 4 / 8.
    const { loops } = read('matmul-cpu', [['SP', 2, 0, 128, [4, 8], 0]]);
    const own = loops.extent.filter((_, loop) => loops.leaf[loop] === 0);
    expect(own).toEqual([4, 8, 128 / 4 / 8, 128, 128]);
  });

  it('computes of an attached stage what one iteration of its reader needs', () => {
    // `out` is split into rows of 16 columns; the matmul is computed at its second loop.
    const { leaves, loops } = read('matmul-cpu', [
      ['SP', 4, 1, 128, [16], 1],
      ['CA', 2, 4, 1],
    ]);
    const matmul = leaves[0];
    expect(matmul?.stage).toBe('matmul');
    expect(matmul?.attachDepth).toBe(2);
    expect(matmul?.path.map((loop) => loops.extent[loop])).toEqual([128, 128 / 16, 16, 128]);
    // Inside both loops: one row, 16 columns, all of k; outside of both: everything.
    expect(matmul?.spans.slice(2 * 3, 3 * 3)).toEqual([1, 16, 128]);
    expect(matmul?.spans.slice(0, 3)).toEqual([128, 128, 128]);
  });

  it('says which loops only approximate what they run over', () => {
    // i and j fused, 128 * 128, then cut into parts of 48: no axis ends there.
    const { loops } = read('matmul-cpu', [
      ['FU', 4, [0, 1]],
      ['SP', 4, 0, 128 * 128, [48], 1],
    ]);
    const own = loops.extent.flatMap((extent, loop) => (loops.leaf[loop] === 1 ? [extent] : []));
    expect(own).toEqual([Math.ceil((128 * 128) / 48), 48]);
    expect(loops.isExact[loops.leaf.indexOf(1)]).toBe(0);
  });

  it('infers the scope that the threads around an attached stage give it', () => {
    const bind = (annotation: number) => [
      ['AN', 4, 0, annotation],
      ['CA', 2, 4, 0],
    ];
    expect(read('matmul-cuda', bind(5)).leaves[0]?.scope).toBe('shared');
    expect(read('matmul-cuda', bind(6)).leaves[0]?.scope).toBe('local');
    expect(read('matmul-cuda', bind(3)).leaves[0]?.scope).toBe('global');
  });

  it('makes what is shared by a block large enough for all of its threads', () => {
    // Rows of `out` are blocks, its columns threads: a block of `matmul` is a whole row.
    const steps = [
      ['AN', 4, 0, 5],
      ['AN', 4, 1, 6],
    ];
    const shared = read('matmul-cuda', [...steps, ['CA', 2, 4, 0]]);
    expect(shared.leaves[0]?.spans.slice(3, 6)).toEqual([1, 128, 128]);
    const local = read('matmul-cuda', [...steps, ['CA', 2, 4, 1]]);
    expect(local.leaves[0]?.spans.slice(6, 9)).toEqual([1, 1, 128]);
  });

  it('charges inlined stages to their consumer', () => {
    const { task, programs } = loadFixture('conv2d-cpu');
    const { leaves } = createProgramReader(task).read(programs[0] as ProgramSource);
    const last = leaves[leaves.length - 1];
    expect(last?.stage.name).toBe('compute');
    expect(last?.accesses.map((access) => access.tensor)).toEqual([
      'compute',
      'conv2d_nchw',
      'bias',
    ]);
  });

  it('says who makes what a leaf reads', () => {
    const { task, programs } = loadFixture('conv2d-cpu');
    const program = createProgramReader(task).read(programs[0] as ProgramSource);
    const last = program.leafCount - 1;
    const producers = Array.from(program.leaves[last]?.producerStages ?? []);
    const made = producers.map((stage) => program.leafOfStage[stage] ?? -1);
    // Its own write, the convolution's result, and the bias, which is an input.
    expect(made.map((leaf) => program.leaves[leaf]?.stage.name)).toEqual([
      undefined,
      'conv2d_nchw',
      undefined,
    ]);
  });

  it.each(['same-names-cpu', 'same-names-cuda'])('tells stages of one name apart in %s', (name) => {
    const { task } = loadFixture(name);
    expect(task.stages.map((stage) => stage.name)).toContain('T_add#2');
    const reader = createProgramReader(task);
    for (const source of sourcesOf(name)) {
      const { leaves } = reader.read(source);
      // The last operation is computed at the end, from the row sums.
      const last = leaves[leaves.length - 1];
      expect(last?.stage.name).toBe('T_add#2');
      expect(last?.accesses.some((access) => access.tensor.startsWith('T_add_red'))).toBe(true);
    }
  });

  it('tells two caches of one tensor apart, which TVM gives one name', () => {
    const steps = [
      ['CHR', 0, 'shared', [2]],
      ['CHR', 0, 'shared', [3]],
    ];
    const names = read('matmul-cuda', steps).leaves.map((leaf) => leaf.stage);
    expect(names).toEqual(['A.shared#1', 'A.shared', 'matmul', 'out']);
  });

  it('takes loops that unknown steps made from the text', () => {
    const nest = [
      'Placeholder: A, B, C',
      'parallel i.0 (0,32)',
      '  for j (0,128)',
      '    for k (0,128)',
      '      for i.1 (0,4)',
      '        matmul = ...',
      'for i (0,128)',
      '  for j (0,128)',
      '    out = ...',
    ].join('\n');
    const { loops, runs, leaves } = read('matmul-cpu', [['TILE', 2, 'of a later TVM']], nest);
    expect(loops.extent).toEqual([32, 128, 128, 4, 128, 128]);
    // One step of i.0 moves as far as all of i.1: 4.
    expect(runs.axis.slice(0, 4)).toEqual([0, 1, 2, 0]);
    expect(runs.stride.slice(0, 4)).toEqual([4, 1, 1, 1]);
    expect(leaves[0]?.spans.slice(0, 3)).toEqual([128, 128, 128]);
    expect(leaves[0]?.spans.slice(3, 6)).toEqual([4, 128, 128]);
    expect(() => read('matmul-cpu', [['TILE', 2, 'of a later TVM']])).toThrow(
      'step 0: "TILE" is not a step that is known',
    );
  });

  it.each([
    ['', 'transform_steps: empty'],
    ['[["CI", 9]]', 'step 0: stage 9 of 5 does not exist'],
    ['[["AN", 2, 7, 1]]', 'step 0: iterator 7 of stage "matmul" does not exist'],
    ['[["AN", 2, 0, 99]]', 'annotation 99 is not known'],
    ['[["FU", 2, [0, 2]]]', 'must stand side by side'],
    ['[["RE", 2, [0, 1]]]', 'order has 2 of 3 iterators'],
    ['[["RE", 2, [0, 1, 1]]]', 'order names iterator 1 twice'],
    ['[["FSP", 2, 0, 7, 2]]', 'follows step 7, which is not an earlier split'],
    ['[["SP", 2, 0, 128, [4], 1], ["FSP", 4, 0, 0, 3]]', 'in 3 parts, which has 2'],
    ['[["RF", 2, 0, 9]]', 'rfactor of iterator 0'],
    ['[["CA", 4, 2, 0]]', 'attached to one that does not use it'],
    ['[["CI", 2]]', 'stage "matmul" cannot be inlined'],
    ['[["SP", 2, 0, 128, [2000000000000], 1], ["AN", 2, 1, 6]]', 'at most 1099511627776 are read'],
  ])('says what is wrong with the steps %s', (steps, reason) => {
    expect(() => read('matmul-cpu', steps)).toThrow(reason);
  });

  it.each([
    ['mystery = ...', 'line 1: stage "mystery", where the steps compute "matmul"'],
    ['matmul = ...', 'stage "out" is not in it'],
    ['for z (0,2)\n  matmul = ...\nout = ...', 'the steps make no loop "z" around "matmul"'],
    ['matmul = ...\nout = ...\nout = ...', 'line 3: stage "out", where the steps compute nothing'],
  ])('says where the text does not fit the steps: %j', (nest, reason) => {
    expect(() => read('matmul-cpu', '[]', nest)).toThrow(reason);
  });
});
