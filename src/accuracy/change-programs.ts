import type { LeafSequence } from '../model';
import type { Example } from '../training';
import type { ProgramChanges } from './ablation-file';

/** Examples as a variant sees them; the same ones where it changes nothing. */
export function changeExamples(
  examples: readonly Example[],
  changes: ProgramChanges,
): readonly Example[] {
  if (Object.keys(changes).length === 0) return examples;
  return examples.map((example) => ({
    ...example,
    program: changeProgram(example.program, changes),
    ...(changes.hidesDevice === true && { device: new Float32Array(example.device.length) }),
  }));
}

/** Those whose programs have the number of leaves that most have; the smaller of two alike. */
export function ofCommonestLeafCount(examples: readonly Example[]): readonly Example[] {
  const counts = new Map<number, number>();
  for (const { program } of examples) {
    counts.set(program.leafCount, (counts.get(program.leafCount) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return examples.filter(({ program }) => program.leafCount === commonest?.[0]);
}

function changeProgram(
  program: LeafSequence,
  { mostLeaves, positions }: ProgramChanges,
): LeafSequence {
  const kept = mostLeaves === undefined ? program : firstLeaves(program, mostLeaves);
  switch (positions) {
    case 'none':
      return { ...kept, positions: kept.positions.map(zero), depths: kept.depths.map(zero) };
    case 'no-depth':
      return { ...kept, depths: kept.depths.map(zero) };
    case 'serialised':
      return {
        ...kept,
        positions: kept.positions.map((serial, leaf) => 2 * serial - (kept.depths[leaf] as number)),
        depths: kept.depths.map(zero),
      };
    default:
      return kept;
  }
}

function firstLeaves(program: LeafSequence, most: number): LeafSequence {
  const { leafCount, leaves, positions, depths } = program;
  if (leafCount <= most) return program;
  const width = leaves.length / leafCount;
  return {
    leafCount: most,
    leaves: leaves.subarray(0, most * width),
    positions: positions.subarray(0, most),
    depths: depths.subarray(0, most),
  };
}

function zero(): number {
  return 0;
}
