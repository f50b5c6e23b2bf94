import {
  type Adaptation,
  adaptationCandidates,
  adaptTo,
  assertDisjoint,
  assertKernelsApart,
  type Computation,
  makeSplits,
  type Split,
} from '../../src/splits';

const list: readonly Computation[] = Array.from({ length: 30 }, (_, index) => {
  const hash = index.toString(16).padStart(32, '0');
  return {
    hash,
    // The last two share a kernel.
    kernel: index === 29 ? (28).toString(16).padStart(32, '0') : hash,
    family: index % 2 === 0 ? ('conv2d' as const) : ('dense' as const),
    description: hash,
    workloadKeys: [`["${hash}"]`],
    networks: [],
    // Ten on both devices, ten on each alone.
    devices: index < 10 ? ['new', 'old'] : index < 20 ? ['new'] : ['old'],
  };
});
const onNew = list.filter((one) => one.devices.includes('new')).map((one) => one.hash);

const splitOf = (kind: 'device-transfer' | 'few-shot-device', name: string): Split =>
  makeSplits(kind, list, 3).splits.find((split) => split.name === name) as Split;

const adaptationOf = (split: Split): Adaptation => split.adaptation as Adaptation;

describe('makeTransferSplits()', () => {
  it('should train elsewhere, and part the device into what is adapted to and what is tested', () => {
    const { train, validation, test, adaptation } = splitOf('device-transfer', 'new');
    expect([train.devices, validation.devices]).toEqual([['old'], ['old']]);
    expect([test.devices, adaptation?.devices]).toEqual([['new'], ['new']]);
    expect([...test.computations, ...(adaptation?.computations ?? [])].sort()).toEqual(onNew);
    expect(adaptation?.computations).toHaveLength(4);
    expect(adaptation?.recordShare).toBe(0.1);
  });

  it('should test what is trained on elsewhere too, and say so', () => {
    const split = splitOf('device-transfer', 'new');
    expect(split.sharesComputations).toBe(true);
    expect(split.test.computations.some((one) => split.train.computations.includes(one))).toBe(
      true,
    );
  });

  it('should adapt to whole kernels', () => {
    const { test, adaptation } = splitOf('device-transfer', 'old');
    const last = list.slice(28).map((one) => one.hash);
    const adapted = last.filter((hash) => adaptation?.computations.includes(hash));
    expect([0, 2]).toContain(adapted.length);
    expect(last.filter((hash) => test.computations.includes(hash))).toHaveLength(
      2 - adapted.length,
    );
  });

  it('should say why there is none of a single device, or of a single kernel', () => {
    const alone = list.map((one) => ({ ...one, devices: ['new'] }));
    expect(makeSplits('device-transfer', alone, 1)).toEqual({
      splits: [],
      skipped: [{ name: 'new', reason: 'there is no other device to train on' }],
    });
    const single = list.filter((one, index) => index === 0 || !one.devices.includes('new'));
    expect(makeSplits('device-transfer', single, 1).skipped).toContainEqual({
      name: 'new',
      reason: 'one kernel is too little to adapt to and to test',
    });
  });
});

describe('adaptTo()', () => {
  it('should test everything of the device that was not chosen, where computations are shared', () => {
    const split = splitOf('device-transfer', 'new');
    const candidates = adaptationCandidates(split, list);
    expect(candidates.flat().map((one) => one.hash)).toEqual(onNew);
    const chosen = candidates.slice(5, 8).flat();
    const other = adaptTo(split, chosen, list);
    const hashes = chosen.map((one) => one.hash);
    expect(other.adaptation?.computations).toEqual(hashes);
    expect(other.test.computations).toEqual(onNew.filter((hash) => !hashes.includes(hash)));
    assertDisjoint(other);
    assertKernelsApart(other, list);
  });

  it('should leave the tested ones alone where a computation stands on one side', () => {
    const split = splitOf('few-shot-device', 'new/fold-2');
    const candidates = adaptationCandidates(split, list).flat();
    expect(candidates.every((one) => split.train.computations.includes(one.hash))).toBe(true);
    const other = adaptTo(split, candidates.slice(0, 1), list);
    expect(other.test).toEqual(split.test);
    expect(other.adaptation?.computations).toEqual([candidates[0]?.hash]);
    assertDisjoint(other);
    // Every computation of the device stands somewhere, and once.
    const ofDevice = [other.test, other.adaptation, ...other.leftOut]
      .filter((entry) => entry?.devices !== 'all' && entry?.devices.includes('new'))
      .flatMap((entry) => entry?.computations ?? [])
      .sort();
    expect(ofDevice).toEqual(onNew);
  });

  it('should change nothing of a split that adapts to nothing', () => {
    const split = makeSplits('by-task', list, 1).splits[0] as Split;
    expect(adaptTo(split, list.slice(0, 1), list)).toBe(split);
    expect(adaptationCandidates(split, list)).toEqual([]);
  });
});

describe('assertDisjoint(), where computations are shared', () => {
  it('should still refuse what is both adapted to and tested', () => {
    const split = splitOf('device-transfer', 'new');
    const tested = split.test.computations.slice(0, 1);
    const twice = { ...split, adaptation: { ...adaptationOf(split), computations: tested } };
    expect(() => assertDisjoint(twice)).toThrow(/stands in test and in adaptation/);
  });

  it('should refuse training on the device that is tested', () => {
    const split = splitOf('device-transfer', 'new');
    const cheating = { ...split, train: { ...split.train, devices: ['new', 'old'] } };
    expect(() => assertDisjoint(cheating)).toThrow(/on one device/);
  });

  it('should refuse a kernel both adapted to and tested', () => {
    const split = splitOf('device-transfer', 'old');
    const [a, b] = list.slice(28) as [Computation, Computation];
    const parted = {
      ...split,
      adaptation: { ...adaptationOf(split), computations: [a.hash] },
      test: { ...split.test, computations: [b.hash] },
    };
    expect(() => assertKernelsApart(parted, list)).toThrow(/kernel .* stands in test and/);
  });
});
