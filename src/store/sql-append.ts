import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { withoutSequence } from './record-row';
import type { AppendResult } from './record-store';
import type { NewRecordRow, StoreDb, StoreSchema } from './schema';
import { partsOf } from './sql-parts';

/** A record under a key that is given again, and what it lacks. */
interface HeldRecord {
  readonly sequence: number;
  readonly programHash: string;
  readonly hasWholeTask: boolean;
  readonly lacksLoopNest: boolean;
  readonly lacksLowered: boolean;
  /** What the rows of a call bring of that, the first of them first. */
  readonly filled: Filled;
}

interface Filled {
  loop_nest?: string;
  lowered_features?: Uint8Array;
}

/**
 * Inserts the rows whose keys are new, and fills in what held records lack; all of it in the
 * caller's transaction, which writes. The tasks are there.
 */
export async function appendRows(
  db: StoreDb,
  rows: readonly NewRecordRow[],
): Promise<AppendResult> {
  const held = await readHeld(db, rows);
  const fresh = new Map<string, NewRecordRow>();
  for (const row of rows) {
    const key = row.idempotency_key;
    const holder = held.get(key);
    if (holder !== undefined) gatherMissing(holder, row);
    else fresh.set(key, withMissing(fresh.get(key), row));
  }
  let lastSequence = 0;
  for (const holder of [...held.values()].sort((a, b) => a.sequence - b.sequence)) {
    lastSequence = Math.max(lastSequence, await fillIn(db, holder));
  }
  for (const part of partsOf([...fresh.values()])) {
    const inserted = await db.insertInto('records').values(part).returning('sequence').execute();
    lastSequence = Math.max(lastSequence, highest(inserted));
  }
  return {
    accepted: fresh.size,
    duplicates: rows.length - fresh.size,
    lastSequence,
    totalRecords: await changeTotal(db, fresh.size),
  };
}

/** In a transaction that writes. Gives the number of records from now on. */
export async function changeTotal(db: StoreDb, change: number): Promise<number> {
  if (change === 0) return readTotal(db);
  const { records } = await db
    .updateTable('totals')
    .set({ records: sql<number>`records + ${change}` })
    .returning('records')
    .executeTakeFirstOrThrow();
  return records;
}

export async function readTotal(db: StoreDb): Promise<number> {
  return (await db.selectFrom('totals').select('records').executeTakeFirstOrThrow()).records;
}

async function readHeld(
  db: StoreDb,
  rows: readonly NewRecordRow[],
): Promise<ReadonlyMap<string, HeldRecord>> {
  const held = new Map<string, HeldRecord>();
  for (const part of partsOf(rows)) {
    const keys = part.map((row) => row.idempotency_key);
    const found = await db
      .selectFrom('records')
      .select((e) => [
        'idempotency_key',
        'sequence',
        'program_hash',
        'has_whole_task',
        flag(e, e('loop_nest', '=', '')).as('lacks_loop_nest'),
        flag(e, e('lowered_features', 'is', null)).as('lacks_lowered'),
      ])
      .where('idempotency_key', 'in', keys)
      .execute();
    for (const row of found) {
      held.set(row.idempotency_key, {
        sequence: row.sequence,
        programHash: row.program_hash,
        hasWholeTask: row.has_whole_task === 1,
        lacksLoopNest: row.lacks_loop_nest === 1,
        lacksLowered: row.lacks_lowered === 1,
        filled: {},
      });
    }
  }
  return held;
}

/** 1 or 0: truth has other forms in other databases. */
function flag<Table extends keyof StoreSchema>(
  e: ExpressionBuilder<StoreSchema, Table>,
  condition: Expression<SqlBool>,
) {
  return e.case().when(condition).then(e.lit(1)).else(e.lit(0)).end();
}

function gatherMissing(held: HeldRecord, row: NewRecordRow): void {
  // Another program under the same key is a mistake of its sender's, and has nothing to give.
  if (held.programHash !== row.program_hash) return;
  const { filled } = held;
  if (held.lacksLoopNest && row.loop_nest !== '') filled.loop_nest ??= row.loop_nest;
  const lowered = row.lowered_features ?? null;
  if (held.lacksLowered && lowered !== null) filled.lowered_features ??= lowered;
}

/**
 * Gives the record's sequence. One that can be learned from gets a new one with what it is filled
 * in with, for who reads on never looks back.
 */
async function fillIn(
  db: StoreDb,
  { sequence, hasWholeTask, filled }: HeldRecord,
): Promise<number> {
  if (Object.keys(filled).length === 0) return sequence;
  if (!hasWholeTask) {
    await db.updateTable('records').set(filled).where('sequence', '=', sequence).execute();
    return sequence;
  }
  const row = await db
    .deleteFrom('records')
    .where('sequence', '=', sequence)
    .returningAll()
    .executeTakeFirstOrThrow();
  const inserted = await db
    .insertInto('records')
    .values({ ...withoutSequence(row), ...filled })
    .returning('sequence')
    .executeTakeFirstOrThrow();
  return inserted.sequence;
}

/** The first row of a key within a call, with what a later one brings beyond it. */
function withMissing(first: NewRecordRow | undefined, row: NewRecordRow): NewRecordRow {
  if (first === undefined) return row;
  if (first.program_hash !== row.program_hash) return first;
  return {
    ...first,
    loop_nest: first.loop_nest || row.loop_nest,
    lowered_features: first.lowered_features ?? row.lowered_features ?? null,
  };
}

function highest(rows: readonly { readonly sequence: number }[]): number {
  return rows.reduce((most, { sequence }) => Math.max(most, sequence), 0);
}
