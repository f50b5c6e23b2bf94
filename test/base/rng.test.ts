import { createRng, restoreRng, shuffle } from '../../src/base';

describe('createRng()', () => {
  it('should give the same stream for the same seed, and another for another', () => {
    const [a, b, c] = [7, 7, 8].map((seed) => {
      const rng = createRng(seed);
      return Array.from({ length: 20 }, () => rng.next());
    });
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('should draw normals of mean 0 and deviation 1', () => {
    const rng = createRng(1);
    const draws = Array.from({ length: 20_000 }, () => rng.nextNormal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe('restoreRng()', () => {
  it.each([0, 1, 1000])('should go on after %i draws, through JSON too', (draws) => {
    const rng = createRng(-5);
    for (let i = 0; i < draws; i++) rng.next();
    const restored = restoreRng(JSON.parse(JSON.stringify(rng.state())));
    for (let i = 0; i < 50; i++) expect(restored.next()).toBe(rng.next());
  });
});

describe('shuffle()', () => {
  it('should keep all there is, in another order', () => {
    const items = [...Array(50).keys()];
    const shuffled = shuffle([...items], createRng(1));
    expect(shuffled).not.toEqual(items);
    expect(shuffled.sort((a, b) => a - b)).toEqual(items);
  });
});
