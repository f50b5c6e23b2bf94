import { createDeviceModel } from '../../src/features/device-model';
import { createLeafContext } from '../../src/features/leaf-context';
import { measureLeaf } from '../../src/features/leaf-geometry';
import { featureGroups } from '../../src/features/loop-nest-features';
import { analyseLoops } from '../../src/features/loop-structure';
import { createStageProfiler } from '../../src/features/stage-profile';
import { createProgramReader, type ProgramSource } from '../../src/program';
import { loadFixture } from '../support/fixtures';

it.each(['matmul-cpu', 'softmax-cuda'])(
  'every group writes as many numbers as it has features (%s)',
  (name) => {
    const { task, programs } = loadFixture(name);
    const program = createProgramReader(task).read(programs[0] as ProgramSource);
    const context = createLeafContext(createDeviceModel(task), []);
    const [leaf] = program.leaves;
    if (leaf === undefined) throw new Error('no leaf');
    const profile = createStageProfiler(task)(leaf.stage, leaf.accesses);
    context.program = program;
    measureLeaf(context.geometry, program, 0, profile, 64);
    analyseLoops(context.structure, context.geometry);
    for (const { features, write } of featureGroups) {
      const row = new Float64Array(features.length + 4).fill(Number.NaN);
      write(context, row, 2);
      const written = Array.from(row, (value, at) => (Number.isFinite(value) ? at : -1));
      expect(written.filter((at) => at >= 0)).toEqual(features.map((_, i) => i + 2));
    }
  },
);
