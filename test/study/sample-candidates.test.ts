import { sampleCandidates } from '../../src/study/sample-candidates';
import { sampleCorpus } from './sample-corpus';

const one = [[1, 1]];
const corpus = sampleCorpus([
  {
    computation: 'b',
    kernel: 'k',
    deviceName: 'v100',
    programs: [
      [1, 1],
      [2, 1],
    ],
    names: ['p', 'q'],
    networks: ['resnet'],
  },
  {
    computation: 'b',
    kernel: 'k',
    deviceName: 'k80',
    programs: [
      [1, 1],
      [3, 1],
    ],
    names: ['p', 'r'],
    networks: ['bert'],
  },
  { computation: 'a', kernel: 'k', deviceName: 'k80', programs: one, names: ['p'] },
  { computation: 'c', deviceName: 'v100', programs: one },
  { computation: 'd', deviceName: 'v100', programs: [] },
]);

describe('sampleCandidates', () => {
  it('should be the computations of all devices, each program once', () => {
    const candidates = sampleCandidates(corpus);
    expect(candidates.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(candidates[1]).toEqual({
      key: 'b',
      taskIndices: [0, 1],
      entries: [0, 1, 3],
      family: 'dense',
      networks: ['bert', 'resnet'],
      isSeenElsewhere: true,
    });
  });

  it('should be the tasks of the device to be measured, where it has any', () => {
    const candidates = sampleCandidates(corpus, { deviceName: 'k80' });
    expect(
      candidates.map(({ key, entries, isSeenElsewhere }) => [key, entries, isSeenElsewhere]),
    ).toEqual([
      ['a', [4], false],
      ['b', [2, 3], true],
    ]);
    expect(sampleCandidates(corpus, { deviceName: 'new' })).toEqual(sampleCandidates(corpus));
  });

  it('should group by kernel', () => {
    const candidates = sampleCandidates(corpus, { groupBy: 'kernel' });
    expect(candidates.map(({ key }) => key)).toEqual(['c', 'k']);
    // The same schedule of two computations is two programs.
    expect(candidates[1]?.entries).toEqual([0, 1, 3, 4]);
  });

  it('should be none of nothing', () => {
    expect(sampleCandidates(sampleCorpus([]))).toEqual([]);
  });
});
