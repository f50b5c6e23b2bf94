/** Orders of numbers, in typed arrays: tasks have thousands of programs. */

/** [N] indices by ascending value; equal ones by their `tieBreak`, ascending, then by their place. */
export function ascendingOrder(values: Float64Array, tieBreak?: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => {
    const difference = (values[a] as number) - (values[b] as number);
    if (difference !== 0) return difference;
    if (tieBreak === undefined) return a - b;
    return (tieBreak[a] as number) - (tieBreak[b] as number) || a - b;
  });
}

/** [N] the number of the value among the different ones, ascending from 0; equal ones have one. */
export function denseRanks(values: Float64Array): Uint32Array {
  const ranks = new Uint32Array(values.length);
  let rank = -1;
  let last = Number.NaN;
  for (const index of ascendingOrder(values)) {
    const value = values[index] as number;
    if (value !== last) rank += 1;
    last = value;
    ranks[index] = rank;
  }
  return ranks;
}

/** [N] ranks from 1, ascending; equal values share the mean of theirs. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] as number];
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === value) end++;
    // Places start + 1 to end, counted from 1.
    for (let k = start; k < end; k++) ranks[order[k] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
