/** Counts of ranks with prefix sums in O(log n) (Fenwick 1994, "A new data structure for cumulative frequency tables"). */
export class FenwickTree {
  /** [size + 1]; entry i holds the counts of the (i & -i) ranks that end at i. */
  readonly #sums: Uint32Array;

  /** For ranks from 0 to `size` - 1. */
  constructor(size: number) {
    this.#sums = new Uint32Array(size + 1);
  }

  add(rank: number): void {
    const sums = this.#sums;
    for (let i = rank + 1; i < sums.length; i += i & -i) sums[i] = (sums[i] as number) + 1;
  }

  /** How many of those that were added are below `rank`. */
  countBelow(rank: number): number {
    const sums = this.#sums;
    let count = 0;
    for (let i = rank; i > 0; i -= i & -i) count += sums[i] as number;
    return count;
  }
}
