import { changeExamples, ofCommonestLeafCount } from '../../src/accuracy/change-programs';
import type { Example } from '../../src/training';

const example = {
  program: {
    leafCount: 3,
    leaves: Float32Array.of(1, 2, 3, 4, 5, 6),
    positions: Int32Array.of(4, 7, 9),
    depths: Int32Array.of(2, 3, 1),
  },
  device: Float32Array.of(8, 9),
  deviceName: 'k80',
  taskId: 'task',
  logLatency: -7,
  logEstimate: -8,
  logReference: -9,
} as Example;

const changed = (changes: Parameters<typeof changeExamples>[1]): Example =>
  changeExamples([example], changes)[0] as Example;

describe('changeExamples()', () => {
  it('should give back what it changes nothing of', () => {
    expect(changed({})).toBe(example);
  });

  it('should cut leaves off behind so many', () => {
    const { leafCount, leaves, positions, depths } = changed({ mostLeaves: 2 }).program;
    expect(leafCount).toBe(2);
    expect([...leaves]).toEqual([1, 2, 3, 4]);
    expect([...positions]).toEqual([4, 7]);
    expect([...depths]).toEqual([2, 3]);
    expect(changed({ mostLeaves: 3 }).program).toEqual(example.program);
  });

  it('should count positions otherwise, the example itself untouched', () => {
    const places = (positions: 'none' | 'no-depth' | 'serialised') => {
      const { program } = changed({ positions });
      return [[...program.positions], [...program.depths]];
    };
    const zeros = [0, 0, 0];
    expect(places('none')).toEqual([zeros, zeros]);
    expect(places('no-depth')).toEqual([[4, 7, 9], zeros]);
    expect(places('serialised')).toEqual([[2 * 4 - 2, 2 * 7 - 3, 2 * 9 - 1], zeros]);
    expect([...example.program.positions]).toEqual([4, 7, 9]);
  });

  it('should hide the device', () => {
    expect([...changed({ hidesDevice: true }).device]).toEqual([0, 0]);
  });
});

describe('ofCommonestLeafCount()', () => {
  it('should keep the programs of the number of leaves that most have', () => {
    const withLeaves = (leafCount: number): Example => {
      return { ...example, program: { ...example.program, leafCount } };
    };
    const examples = [4, 2, 4, 3, 2].map(withLeaves);
    expect(ofCommonestLeafCount(examples)).toEqual([examples[1], examples[4]]);
    expect(ofCommonestLeafCount([])).toEqual([]);
  });
});
