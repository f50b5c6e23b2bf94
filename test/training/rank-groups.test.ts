import { createRng } from '../../src/base';
import { packRankSlots } from '../../src/training';

describe('packRankSlots()', () => {
  it('should give each program that can be compared one slot, beside all of its task', () => {
    const rng = createRng(1);
    for (let i = 0; i < 50; i++) {
      const sizes = Array.from({ length: 1 + rng.nextInt(20) }, () => 1 + rng.nextInt(17));
      const { rows, slotsPerRow, programs, chunks } = packRankSlots(sizes);
      expect(programs).toHaveLength(rows * slotsPerRow);
      const taken = [...programs].filter((_, slot) => (chunks[slot] as number) >= 0);
      let start = 0;
      const wanted = sizes.flatMap((size, chunk) => {
        const run = Array.from({ length: size }, (_, k) => start + k);
        start += size;
        if (size < 2) return [];
        const rowsOfChunk = run.map((p) => {
          const slot = programs.findIndex(
            (program, at) => program === p && (chunks[at] as number) >= 0,
          );
          expect(chunks[slot]).toBe(chunk);
          return Math.floor(slot / slotsPerRow);
        });
        expect(new Set(rowsOfChunk).size).toBe(1);
        return run;
      });
      expect(taken.sort((a, b) => a - b)).toEqual(wanted);
    }
  });

  it('should not give a small task a row of the largest one’s length', () => {
    const { rows, slotsPerRow } = packRankSlots([64, ...new Array(32).fill(2)]);
    expect({ rows, slotsPerRow }).toEqual({ rows: 2, slotsPerRow: 64 });
  });

  it.each([[[]], [[1]], [[1, 1, 1]]])('should have no row where there is no pair: %j', (sizes) => {
    expect(packRankSlots(sizes)).toMatchObject({ rows: 0, slotsPerRow: 0 });
  });
});
