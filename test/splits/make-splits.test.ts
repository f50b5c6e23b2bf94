import fc from 'fast-check';
import {
  assertDisjoint,
  assertKernelsApart,
  blocksOf,
  type Computation,
  gatherComputations,
  isAdaptationProgram,
  makeSplits,
  type Split,
  sideOfComputation,
  splitKinds,
} from '../../src/splits';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { renamedTask, withParts } from '../support/renamed-task';

const families = ['conv2d', 'dense', 'pooling', 'normalisation'] as const;
const deviceNames = ['cpu-1t', 'cpu-2t', 'gpu', 'old-gpu'];
const networkNames = ['resnet', 'mobilenet', 'bert'];

/** What a store may hold: computations of any family on any devices, in any networks or none. */
const stores: fc.Arbitrary<readonly Computation[]> = fc
  .array(
    fc.record({
      family: fc.constantFrom(...families),
      devices: fc.subarray(deviceNames, { minLength: 1 }),
      networks: fc.subarray(networkNames),
      kernel: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  .map((list) => list.map((entry, index) => computation(index, entry)));

type Traits = Pick<Computation, 'family' | 'devices' | 'networks'> & {
  /** Undefined: one of its own. */
  readonly kernel?: string | undefined;
};

function computation(index: number, { family, devices, networks, kernel }: Traits): Computation {
  const hash = index.toString(16).padStart(32, '0');
  return {
    hash,
    kernel: kernel ?? hash,
    family,
    description: hash,
    workloadKeys: [`["${hash}"]`],
    networks,
    devices,
  };
}

/** The kinds of which every split keeps computations on one side, whatever the device. */
const apartKinds = splitKinds.filter((kind) => kind !== 'device-transfer');

function hashesOn(split: Split, side: string): readonly string[] {
  return blocksOf(split)
    .filter((entry) => entry.side === side)
    .flatMap(({ block }) => block.computations);
}

describe.each(apartKinds)('makeSplits(%s)', (kind) => {
  it('should put no computation on two sides, on any device', () => {
    fc.assert(
      fc.property(stores, fc.nat(), (store, seed) => {
        for (const split of makeSplits(kind, store, seed).splits) {
          const sides = ['train', 'validation', 'test'].flatMap((side) => [
            ...new Set(hashesOn(split, side)),
          ]);
          expect(new Set(sides).size).toBe(sides.length);
          for (const hash of hashesOn(split, 'adaptation')) {
            expect(hashesOn(split, 'train')).toContain(hash);
          }
          assertDisjoint(split);
        }
      }),
    );
  });

  it('should put no kernel on two sides, whatever is fused behind it', () => {
    fc.assert(
      fc.property(stores, fc.nat(), (store, seed) => {
        for (const split of makeSplits(kind, store, seed).splits) {
          const kernels = ['train', 'validation', 'test'].flatMap((side) => {
            const hashes = new Set(hashesOn(split, side));
            return [
              ...new Set(store.filter((one) => hashes.has(one.hash)).map((one) => one.kernel)),
            ];
          });
          expect(new Set(kernels).size).toBe(kernels.length);
          assertKernelsApart(split, store);
        }
      }),
    );
  });
});

describe.each(splitKinds)('makeSplits(%s)', (kind) => {
  it('should place every task of the store exactly once', () => {
    fc.assert(
      fc.property(stores, fc.nat(), (store, seed) => {
        for (const split of makeSplits(kind, store, seed).splits) {
          for (const { hash, devices } of store) {
            for (const device of devices) {
              const holding = blocksOf(split).filter(
                ({ block }) =>
                  (block.devices === 'all' || block.devices.includes(device)) &&
                  block.computations.includes(hash),
              );
              expect(holding).toHaveLength(1);
              expect(sideOfComputation(split, hash, device)).toBe(holding[0]?.side);
            }
          }
        }
      }),
    );
  });

  it('should have something on every side, and say why where it cannot', () => {
    fc.assert(
      fc.property(stores, fc.nat(), (store, seed) => {
        const { splits, skipped } = makeSplits(kind, store, seed);
        for (const { train, validation, test } of splits) {
          for (const block of [train, validation, test]) {
            expect(block.computations.length).toBeGreaterThan(0);
          }
        }
        for (const { reason } of skipped) expect(reason).not.toBe('');
        const names = [...splits, ...skipped].map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('should depend on seed and tasks, not on their order', () => {
    const list = Array.from({ length: 24 }, (_, index) =>
      computation(index, {
        family: families[index % 4] as (typeof families)[number],
        devices: deviceNames,
        networks: [networkNames[index % 3] as string],
      }),
    );
    const made = makeSplits(kind, list, 5);
    expect(makeSplits(kind, list, 5)).toEqual(made);
    expect(makeSplits(kind, [...list].reverse(), 5)).toEqual(made);
    expect(makeSplits(kind, list, 6)).not.toEqual(made);
    expect(made.skipped).toEqual([]);
  });
});

describe('makeSplits()', () => {
  const list = Array.from({ length: 32 }, (_, index) =>
    computation(index, {
      family: families[index % 4] as (typeof families)[number],
      devices: index % 2 === 0 ? ['a', 'b'] : ['a'],
      networks: index % 8 === 0 ? ['resnet', 'bert'] : [index % 3 === 0 ? 'bert' : 'resnet'],
    }),
  );

  it('should test each computation in one of four folds, each family in all', () => {
    const { splits } = makeSplits('by-task', list, 1);
    expect(splits.flatMap((split) => split.test.computations).sort()).toEqual(
      list.map((one) => one.hash),
    );
    for (const { test } of splits) {
      const tested = list.filter((one) => test.computations.includes(one.hash));
      expect(
        families.map((family) => tested.filter((one) => one.family === family).length),
      ).toEqual([2, 2, 2, 2]);
    }
  });

  it('should test what a held-out network shares with others, and not train on it', () => {
    const { splits } = makeSplits('by-network', list, 1);
    const bert = splits.find((split) => split.name === 'bert') as Split;
    const ofBert = list.filter((one) => one.networks.includes('bert')).map((one) => one.hash);
    expect(bert.test.computations).toEqual(ofBert);
    expect(list.some((one) => one.networks.length === 2)).toBe(true);
  });

  it('should carve one in six for validation', () => {
    for (const { train, validation } of makeSplits('by-task', list, 1).splits) {
      expect([train.computations.length, validation.computations.length]).toEqual([20, 4]);
    }
  });

  it('should test every task of a device over its folds, trained elsewhere', () => {
    const { splits } = makeSplits('by-device', list, 1);
    const ofB = splits.filter((split) => split.name.startsWith('b/'));
    expect(ofB.flatMap((split) => split.test.computations).sort()).toEqual(
      list.filter((one) => one.devices.includes('b')).map((one) => one.hash),
    );
    for (const { train, test } of ofB)
      expect([train.devices, test.devices]).toEqual([['a'], ['b']]);
  });

  it('should adapt to a fifth of the tasks of the held-out device', () => {
    const { splits } = makeSplits('few-shot-device', list, 1);
    const counts = splits
      .filter((split) => split.name.startsWith('a/'))
      .map((split) => split.adaptation?.computations.length);
    expect(counts).toEqual([6, 6, 6, 6]);
    for (const { adaptation, test } of splits) expect(adaptation?.devices).toEqual(test.devices);
  });

  it('should say why there is no split by device for one device', () => {
    const alone = list.map((one) => ({ ...one, devices: ['a'] }));
    const { splits, skipped } = makeSplits('by-device', alone, 1);
    expect(splits).toEqual([]);
    expect(skipped[0]).toEqual({
      name: 'a/fold-1',
      reason: 'there is no other device to train on',
    });
  });
});

describe('isAdaptationProgram()', () => {
  const adaptation = { devices: ['a'], computations: ['c'], recordShare: 0.1, seed: 3 };

  it('should choose about the share, and the same again', () => {
    const hashes = Array.from({ length: 5000 }, (_, index) => `program-${index}`);
    const chosen = hashes.filter((hash) => isAdaptationProgram(adaptation, 'c', hash));
    expect(chosen.length / hashes.length).toBeGreaterThan(0.08);
    expect(chosen.length / hashes.length).toBeLessThan(0.12);
    expect(hashes.filter((hash) => isAdaptationProgram(adaptation, 'c', hash))).toEqual(chosen);
    const others = hashes.filter((hash) =>
      isAdaptationProgram({ ...adaptation, seed: 4 }, 'c', hash),
    );
    expect(others).not.toEqual(chosen);
  });
});

describe('gatherComputations()', () => {
  it('should make one computation of a task on two devices and under two names', () => {
    const { task } = loadFixture('conv2d-cpu');
    const cuda = loadFixture('conv2d-cuda').task;
    const other = withParts(renamedTask(task), { networks: [{ name: 'resnet', occurrences: 2 }] });
    expect(gatherComputations([other, cuda, task])).toEqual([
      {
        hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        kernel: expect.stringMatching(/^[0-9a-f]{32}$/),
        family: 'conv2d',
        description: 'conv2d (1x32x28x28, 64x32x3x3, 1x64x1x1) -> 1x64x28x28',
        workloadKeys: ['["conv2d_bias_relu", 1, 32, 28, 64, 3, 1, 1, 1]', '["renamed"]'],
        networks: ['resnet'],
        devices: ['unnamed-cpu', 'unnamed-gpu'],
      },
    ]);
  });

  it('should be sorted whatever order tasks come in', () => {
    const tasks = fixtureNames.map((name) => loadFixture(name).task);
    const gathered = gatherComputations(tasks);
    expect(gathered).toHaveLength(fixtureNames.length / 2);
    expect(gatherComputations([...tasks].reverse())).toEqual(gathered);
  });
});
