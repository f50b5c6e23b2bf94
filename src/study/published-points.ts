import type { Example } from '../training';

/** Programs of tasks as CDMPP's selector looks at them. */
export interface PublishedPoints {
  /** Numbers of a point: leaves x features. */
  readonly width: number;
  /** The one leaf count that is looked at. */
  readonly leafCount: number;
  /** Of each task: [programs, width]; empty where it has no program of that leaf count. */
  readonly points: readonly Float32Array[];
}

/**
 * The points of CDMPP's sampler (Hu et al., EuroSys 2024; as its code does it): of programs with
 * one leaf count (there 5 by default; here the commonest) the leaf features, min-max normalised
 * over all leaves, with the position code added, flattened. The code's frequencies are kept: the
 * exponent is double that of Vaswani et al., and sine and cosine of a pair differ. A leaf's
 * position there is its place in a serialised tree, 2 x serial number - depth.
 *
 * @param leafWidth numbers of a leaf vector
 */
export function publishedPoints(
  tasks: readonly (readonly Example[])[],
  leafWidth: number,
): PublishedPoints {
  const leafCount = commonestLeafCount(tasks.flat());
  const kept = tasks.map((examples) =>
    examples.filter(({ program }) => program.leafCount === leafCount),
  );
  const { least, range } = columnRanges(kept.flat(), leafWidth);
  const width = leafCount * leafWidth;
  const points = kept.map((examples) => {
    const rows = new Float32Array(examples.length * width);
    examples.forEach(({ program }, i) => {
      for (let l = 0; l < leafCount; l++) {
        const position = 2 * (program.positions[l] as number) - (program.depths[l] as number);
        for (let c = 0; c < leafWidth; c++) {
          const value = program.leaves[l * leafWidth + c] as number;
          rows[i * width + l * leafWidth + c] =
            (value - (least[c] as number)) / (range[c] as number) +
            positionCode(position, c, leafWidth);
        }
      }
    });
    return rows;
  });
  return { width, leafCount, points };
}

function positionCode(position: number, column: number, leafWidth: number): number {
  const angle = position / 10000 ** ((2 * column) / leafWidth);
  return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}

/** The smallest of them where several are equally common. */
function commonestLeafCount(examples: readonly Example[]): number {
  const counts = new Map<number, number>();
  for (const { program } of examples) {
    counts.set(program.leafCount, (counts.get(program.leafCount) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return commonest?.[0] ?? 0;
}

function columnRanges(
  examples: readonly Example[],
  leafWidth: number,
): { readonly least: Float64Array; readonly range: Float64Array } {
  const least = new Float64Array(leafWidth).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(leafWidth).fill(Number.NEGATIVE_INFINITY);
  for (const { program } of examples) {
    program.leaves.forEach((value, at) => {
      const column = at % leafWidth;
      least[column] = Math.min(least[column] as number, value);
      most[column] = Math.max(most[column] as number, value);
    });
  }
  // As in the original: no column divides by zero.
  return { least, range: most.map((value, column) => value - (least[column] as number) + 1e-6) };
}
