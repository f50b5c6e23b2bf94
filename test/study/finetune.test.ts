import { tuningSides } from '../../src/study';

const partition = { train: [0, 1], validation: [2], test: [3, 4], adaptation: [] };

describe('tuningSides()', () => {
  it('should be the training side, or the few labels of a device where there are', () => {
    expect(tuningSides(partition, undefined)).toBe(partition);
    expect(tuningSides({ ...partition, adaptation: [5, 6] }, undefined)).toEqual({
      train: [5, 6],
      validation: [],
      test: [3, 4],
      adaptation: [],
    });
  });

  it('should be the sample alone, without what is tested', () => {
    expect(tuningSides(partition, [0, 3, 7])).toMatchObject({ train: [0, 7], validation: [] });
  });
});
