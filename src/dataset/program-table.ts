import { datasetError } from './dataset-error';
import { decodeProgramRow, type NumberedProgram } from './measurement-rows';
import type { ParquetReader, RowGroup } from './parquet-file';

/** Groups of programs that stay in memory: measurements come in the order of their programs. */
const KEPT_GROUPS = 16;

/** One file of programs and the numbers that it begins with. */
export interface ProgramPart {
  readonly path: string;
  readonly reader: ParquetReader;
}

interface NumberedGroup {
  readonly part: ProgramPart;
  readonly group: RowGroup;
  readonly firstProgram: number;
}

/** Programs by number, read a group at a time: a dataset's programs need not fit into memory. */
export class ProgramTable {
  readonly #groups: readonly NumberedGroup[];
  readonly #kept = new Map<NumberedGroup, Promise<readonly NumberedProgram[]>>();
  readonly programCount: number;

  constructor(parts: readonly ProgramPart[]) {
    let next = 1;
    this.#groups = parts.flatMap((part) =>
      part.reader.groups.map((group) => {
        next += group.rowCount;
        return { part, group, firstProgram: next - group.rowCount };
      }),
    );
    this.programCount = next - 1;
  }

  /** Undefined where there is none of this number. */
  async get(number: number): Promise<NumberedProgram | undefined> {
    const group = this.#groups.find(
      ({ firstProgram, group: { rowCount } }) =>
        firstProgram <= number && number < firstProgram + rowCount,
    );
    return group && (await this.#read(group))[number - group.firstProgram];
  }

  /** All of them, by number. */
  async *all(): AsyncIterable<NumberedProgram> {
    for (const group of this.#groups) yield* await this.#read(group);
  }

  #read(group: NumberedGroup): Promise<readonly NumberedProgram[]> {
    const kept = this.#kept.get(group) ?? readGroup(group);
    // Taken out and put back: what was not asked for longest stands first and goes first.
    this.#kept.delete(group);
    this.#kept.set(group, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_GROUPS) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

async function readGroup({
  part,
  group,
  firstProgram,
}: NumberedGroup): Promise<readonly NumberedProgram[]> {
  const rows = await part.reader.readGroup(group);
  return rows.map((row, index) => {
    const rowNumber = group.firstRow + index;
    const decoded = decodeProgramRow(part.path, rowNumber, row);
    const expected = firstProgram + index;
    if (decoded.number === expected) return decoded;
    throw datasetError(
      part.path,
      `row ${rowNumber}: program is ${decoded.number}, expected ${expected}: they count up over all parts`,
    );
  });
}
