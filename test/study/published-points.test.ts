import { publishedPoints } from '../../src/study/published-points';
import { sampleCorpus } from './sample-corpus';

const programsOf = (...programs: readonly number[][]) =>
  sampleCorpus([{ computation: 'a', deviceName: 'v100', programs }]).entries.map(
    ({ example }) => example,
  );

describe('publishedPoints', () => {
  it('should flatten the leaves of programs with the commonest leaf count', () => {
    const tasks = [programsOf([0, 2, 4, 3], [9, 9]), programsOf([2, 2, 0, 4]), programsOf([7, 7])];
    // One leaf is as common as two: the smaller count.
    expect(publishedPoints(tasks, 2)).toMatchObject({ leafCount: 1, width: 2 });
    const { leafCount, width, points } = publishedPoints(tasks.slice(0, 2), 2);
    expect({ leafCount, width }).toEqual({ leafCount: 2, width: 4 });
    expect(points.map(({ length }) => length)).toEqual([4, 4]);
  });

  it('should normalise by the range over all leaves and add the code of the position', () => {
    const { points } = publishedPoints([programsOf([0, 2, 4, 3]), programsOf([2, 2, 0, 4])], 2);
    // Columns run from 0 to 4 and from 2 to 4; positions are 2 x 1 - 1 and 2 x 2 - 1.
    const code = (position: number) => [Math.sin(position), Math.cos(position / 10000)];
    const first = [0, 0].map((value, c) => value + (code(1)[c] as number));
    const second = [4 / 4, 1 / 2].map((value, c) => value + (code(3)[c] as number));
    [...first, ...second].forEach((value, at) => {
      expect(points[0]?.[at]).toBeCloseTo(value, 5);
    });
  });

  it('should have nothing for a task without such programs', () => {
    const tasks = [programsOf([1, 1, 2, 2], [1, 1, 3, 3]), programsOf([7, 7])];
    expect(publishedPoints(tasks, 2).points[1]).toHaveLength(0);
  });
});
