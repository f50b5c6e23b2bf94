import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code } from '../../src/errors';
import {
  assertSound,
  formatSplitFile,
  gatherComputations,
  loadSplit,
  makeSplits,
  parseSplitFile,
  type Split,
  type SplitFile,
  sideOf,
  splitKinds,
} from '../../src/splits';
import { expectError } from '../support/expect-error';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { renamedTask, withParts } from '../support/renamed-task';
import { useTemporaryFolder } from '../support/temporary-folder';

const tasks = fixtureNames.map((name) => loadFixture(name).task);

function fileOf(kind: SplitFile['kind'], seed = 1): SplitFile {
  const computations = gatherComputations(tasks);
  const unplaced = { id: 'log-1', workloadKey: '["x"]', device: 'v100', reason: 'no DAG' };
  return {
    kind,
    seed,
    description: 'for a test',
    ...makeSplits(kind, computations, seed),
    computations,
    unplacedTasks: [unplaced],
  };
}

describe('loadSplit()', () => {
  const folder = useTemporaryFolder();

  it.each(splitKinds)('should give %s back as it was written', async (kind) => {
    const path = join(folder.path, 'split.json');
    await writeFile(path, formatSplitFile(fileOf(kind)));
    expect(await loadSplit(path)).toEqual(fileOf(kind));
  });

  it('should say which file is not there', async () => {
    await expectError(() => loadSplit(join(folder.path, 'none.json')), Code.NotFound, /none\.json/);
  });
});

describe('parseSplitFile()', () => {
  const parse = (change: (file: SplitFile) => unknown) => () =>
    parseSplitFile(
      'a.json',
      JSON.stringify({ format: 'cdmpp-splits/1', ...(change(fileOf('by-task')) as object) }),
    );
  const withFirst = (change: (split: Split) => object) =>
    parse((file) => ({
      ...file,
      splits: [{ ...file.splits[0], ...change(file.splits[0] as Split) }, ...file.splits.slice(1)],
    }));

  it('should take what is whole', () => {
    expect(parse((file) => file)()).toEqual(fileOf('by-task'));
  });

  it('should refuse a computation on two sides', async () => {
    const twice = withFirst(({ train, test }) => ({
      test: { ...test, computations: [...test.computations, train.computations[0]] },
    }));
    await expectError(twice, Code.DataLoss, /"a\.json".*stands in train and in test/);
  });

  it('should refuse one kernel on two sides', async () => {
    const twins = parse((file) => {
      const { train, test } = file.splits[0] as Split;
      const both = [train.computations[0], test.computations[0]];
      return {
        ...file,
        computations: file.computations.map((one) =>
          both.includes(one.hash) ? { ...one, kernel: 'the same' } : one,
        ),
      };
    });
    await expectError(twins, Code.DataLoss, /kernel the same stands in train and, by computation/);
  });

  it('should refuse a computation left out of the side that it stands on', async () => {
    const twice = withFirst(({ train }) => ({ leftOut: [{ ...train, reason: 'why not' }] }));
    await expectError(twice, Code.DataLoss, /stands in train and in left-out on one device/);
  });

  it('should refuse adaptation to what is not trained on', async () => {
    const cheating = withFirst(({ test }) => ({
      adaptation: { ...test, devices: ['x'], recordShare: 0.1, seed: 1 },
    }));
    await expectError(cheating, Code.DataLoss, /adapted to but not trained on/);
  });

  it('should refuse a computation that nothing is known of', async () => {
    const unknown = withFirst(({ test }) => ({
      test: { ...test, computations: ['f'.repeat(32)] },
    }));
    await expectError(unknown, Code.DataLoss, /f{32} is not among the computations/);
  });

  it('should name the field that is wrong', async () => {
    await expectError(
      parse((file) => ({ ...file, seed: 0.5 })),
      Code.DataLoss,
      /seed: /,
    );
    await expectError(
      parse((file) => ({ ...file, format: 'x' })),
      Code.DataLoss,
      /format: /,
    );
    await expectError(() => parseSplitFile('a.json', '{'), Code.DataLoss, /not JSON/);
  });
});

describe('assertSound()', () => {
  it.each(splitKinds)('should take %s as it is made', (kind) => {
    expect(() => assertSound(fileOf(kind))).not.toThrow();
  });

  it('should refuse one kernel on two sides before anything is written', async () => {
    const file = fileOf('by-task');
    const { train, test } = file.splits[0] as Split;
    const both = [train.computations[0], test.computations[0]];
    const computations = file.computations.map((one) =>
      both.includes(one.hash) ? { ...one, kernel: 'the same' } : one,
    );
    await expectError(
      () => assertSound({ ...file, computations }),
      Code.InvalidArgument,
      /kernel the same stands in train/,
    );
  });
});

describe('sideOf()', () => {
  it('should place tasks by what they compute, on whatever device and under whatever name', () => {
    for (const split of fileOf('by-task').splits) {
      for (const task of tasks) {
        const side = sideOf(split, task);
        expect(side).toMatch(/^(train|validation|test)$/);
        const elsewhere = withParts(renamedTask(task), {
          device: { ...task.device, name: 'another' },
        });
        expect(sideOf(split, elsewhere)).toBe(side);
      }
    }
  });

  it('should not know a task that came later', () => {
    const split = fileOf('by-task').splits[0] as Split;
    const { task } = loadFixture('matmul-cpu');
    const half = withParts(task, {
      tensors: task.tensors.map((tensor) => ({ ...tensor, dtype: 'float64' })),
    });
    expect(sideOf(split, half)).toBeUndefined();
  });

  it('should train on the other devices and test on the one held out', () => {
    const { splits } = fileOf('by-device');
    const cpu = splits.find((split) => split.name === 'unnamed-cpu/fold-1') as Split;
    for (const task of tasks) {
      const seen =
        task.device.name === 'unnamed-cpu' ? /test|left-out/ : /train|validation|left-out/;
      expect(sideOf(cpu, task)).toMatch(seen);
    }
  });
});
