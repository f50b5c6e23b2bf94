import { foldsOf } from '../../src/accuracy/folds';
import { firstSides, sharesOf } from '../../src/accuracy/plan';
import type { FewShotProtocol, Protocol } from '../../src/accuracy/protocol-file';
import {
  type ProgramSide,
  type Sides,
  sidesAfterChoice,
  sidesByDeviceRecords,
  sidesBySample,
} from '../../src/accuracy/sides';
import { adaptationCandidates, adaptTo, type Split } from '../../src/splits';
import { computationsOf, corpusOf } from './part-corpus';

const computations = computationsOf(40);
const corpus = corpusOf(computations, 100);
const SEED = 1;

function shareOf(sides: Sides, wanted: ProgramSide, of: (index: number) => boolean): number {
  const members = sides.filter((_, index) => of(index));
  return members.filter((side) => side === wanted).length / members.length;
}

const taskOf = (index: number) => {
  const { taskIndex } = corpus.entries[index] as { taskIndex: number };
  return corpus.tasks[taskIndex] as { computation: string; deviceName: string };
};
const isOn = (device: string) => (index: number) => taskOf(index).deviceName === device;
const everything = () => true;

const fewShot = (split: FewShotProtocol['split'], validationShare: number): FewShotProtocol => ({
  name: 'few',
  dataset: 'public',
  kind: 'few-shot',
  seeds: [1],
  split,
  device: 'k80',
  sourceSeeds: [1],
  taskShare: 0.2,
  recordShare: 0.1,
  samplers: [{ name: 'random', tasks: 'random', programs: 'seeded', view: 'features' }],
  validationShare,
  adaptationValidationShare: 0.2,
});

/** Sides of the first fold, before and after a choice of the first candidates. */
function fewShotSides(protocol: FewShotProtocol) {
  const [fold] = foldsOf(protocol, computations, SEED).folds;
  const split = fold?.split as Split;
  const chosen = adaptationCandidates(split, computations).slice(0, 8).flat();
  const adapted = adaptTo(split, chosen, computations);
  const shares = sharesOf(protocol, SEED);
  return {
    chosen: new Set(chosen.map((one) => one.hash)),
    before: firstSides(protocol, fold as never, corpus, computations, SEED),
    after: sidesAfterChoice(corpus, adapted, undefined, shares),
    adapted,
    shares,
  };
}

describe('sidesBySample()', () => {
  const sides = sidesBySample(corpus, { seed: SEED, testShare: 0.2, validationShare: 0.1 });

  it('should test a fifth of every task, and validate by a tenth of the rest', () => {
    expect(shareOf(sides, 'test', everything)).toBeCloseTo(0.2, 1);
    expect(shareOf(sides, 'validation', everything)).toBeCloseTo(0.8 * 0.1, 1);
    expect(shareOf(sides, 'train', everything)).toBeCloseTo(0.8 * 0.9, 1);
    for (const computation of computations) {
      const ofTask = (index: number) => taskOf(index).computation === computation.hash;
      expect(shareOf(sides, 'test', ofTask)).toBeGreaterThan(0.05);
      expect(shareOf(sides, 'train', ofTask)).toBeGreaterThan(0.5);
    }
  });

  it('should give a program the same side when others come, and another under another seed', () => {
    const more = corpusOf(computations, 120);
    const again = sidesBySample(more, { seed: SEED, testShare: 0.2, validationShare: 0.1 });
    const bySameName = new Map(more.entries.map((entry, i) => [entry.programHash, again[i]]));
    corpus.entries.forEach(({ programHash }, index) => {
      expect(bySameName.get(programHash)).toBe(sides[index]);
    });
    const other = sidesBySample(corpus, { seed: 2, testShare: 0.2, validationShare: 0.1 });
    expect(other).not.toEqual(sides);
  });
});

describe('sidesByDeviceRecords()', () => {
  const sides = sidesByDeviceRecords(corpus, 'k80', {
    seed: SEED,
    adaptationShare: 0.8,
    validationShare: 0.1,
    adaptationValidationShare: 0.1,
  });

  it('should train on the other devices alone, and adapt and test on the one alone', () => {
    sides.forEach((side, index) => {
      const expected = isOn('k80')(index) ? /^(adaptation|test)/ : /^(train|validation)$/;
      expect(side).toMatch(expected);
    });
  });

  it('should test a fifth of its programs', () => {
    expect(shareOf(sides, 'test', isOn('k80'))).toBeCloseTo(0.2, 1);
    expect(shareOf(sides, 'adaptation', isOn('k80'))).toBeCloseTo(0.8 * 0.9, 1);
    expect(shareOf(sides, 'adaptation-validation', isOn('k80'))).toBeCloseTo(0.8 * 0.1, 1);
  });
});

describe('few labels of a device, what is tested trained on elsewhere', () => {
  const { before, after, chosen } = fewShotSides(fewShot('device-transfer', 0.1));

  it('should train on all of the other devices', () => {
    after.forEach((side, index) => {
      if (!isOn('k80')(index)) expect(side).toMatch(/^(train|validation)$/);
    });
    expect(shareOf(after, 'validation', isOn('v100'))).toBeCloseTo(0.1, 1);
  });

  it('should learn from a tenth of the programs of what was chosen, and test all else', () => {
    const isChosen = (index: number) => isOn('k80')(index) && chosen.has(taskOf(index).computation);
    const learned = after.filter(
      (side, index) => isChosen(index) && side?.startsWith('adaptation'),
    ).length;
    expect(learned / (8 * 100)).toBeCloseTo(0.1, 1);
    expect(shareOf(after, 'test', isChosen)).toBe(0);
    expect(shareOf(after, 'test', (index) => isOn('k80')(index) && !isChosen(index))).toBe(1);
  });

  it('should give away nothing of the device before the choice', () => {
    before.forEach((side, index) => {
      expect(side).toMatch(isOn('k80')(index) ? /^(candidate|test)$/ : /^(train|validation)$/);
    });
  });
});

describe('few labels of a device, every computation on one side', () => {
  const { before, after, adapted } = fewShotSides(fewShot('few-shot-device', 0));

  it('should train on no computation that it tests, on whatever device', () => {
    const of = (wanted: RegExp) =>
      new Set(
        after.flatMap((side, index) =>
          side !== undefined && wanted.test(side) ? [taskOf(index).computation] : [],
        ),
      );
    const tested = of(/^test$/);
    expect(tested.size).toBeGreaterThan(0);
    for (const computation of of(/^(train|adaptation)/)) expect(tested).not.toContain(computation);
    for (const computation of of(/^validation$/)) expect(tested).not.toContain(computation);
    expect([...tested].sort()).toEqual(adapted.test.computations);
  });

  it('should keep the tested side whatever is chosen, and the candidates apart from it', () => {
    const indices = (sides: Sides, wanted: ProgramSide) =>
      sides.flatMap((side, index) => (side === wanted ? [index] : []));
    expect(indices(after, 'test')).toEqual(indices(before, 'test'));
    expect(indices(before, 'candidate').length).toBeGreaterThan(0);
  });

  it('should learn from the programs that a sampler chose, and no others', () => {
    const { adapted: split, shares, after: seeded } = fewShotSides(fewShot('few-shot-device', 0));
    const programs = new Set(
      seeded.flatMap((side, index) => (side?.startsWith('adaptation') ? [index] : [])).slice(0, 5),
    );
    const chosen = sidesAfterChoice(corpus, split, programs, shares);
    const learned = chosen.flatMap((side, i) => (side?.startsWith('adaptation') ? [i] : []));
    expect(learned).toEqual([...programs]);
  });
});

describe('firstSides(), by a split', () => {
  it('should part every program of a split by tasks as the split does', () => {
    const protocol: Protocol = {
      name: 'task',
      dataset: 'public',
      kind: 'by-split',
      seeds: [1],
      split: 'by-task',
    };
    const { folds } = foldsOf(protocol, computations, SEED);
    expect(folds.map((fold) => fold.name)).toEqual(['fold-1', 'fold-2', 'fold-3', 'fold-4']);
    const tested = folds.flatMap((fold) => {
      const sides = firstSides(protocol, fold, corpus, computations, SEED);
      expect(sides).not.toContain(undefined);
      return sides.flatMap((side, index) => (side === 'test' ? [index] : []));
    });
    // Over the folds each program once.
    expect(tested.sort((a, b) => a - b)).toEqual(corpus.entries.map((_, index) => index));
  });
});
