import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { AppendResult } from './record-store';
import type { NewRecordRow, StoreDb, StoreSchema } from './schema';
import { partsOf } from './sql-parts';

/** A record under a key that is given again, and what it lacks. */
interface HeldRecord {
  readonly sequence: number;
  readonly programHash: string;
  lacksLoopNest: boolean;
  lacksLowered: boolean;
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
  let lastSequence = highest([...held.values()]);
  const fresh = new Map<string, NewRecordRow>();
  for (const row of rows) {
    const key = row.idempotency_key;
    const holder = held.get(key);
    if (holder !== undefined) await fillIn(db, holder, row);
    else fresh.set(key, withMissing(fresh.get(key), row));
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
        flag(e, e('loop_nest', '=', '')).as('lacks_loop_nest'),
        flag(e, e('lowered_features', 'is', null)).as('lacks_lowered'),
      ])
      .where('idempotency_key', 'in', keys)
      .execute();
    for (const row of found) {
      held.set(row.idempotency_key, {
        sequence: row.sequence,
        programHash: row.program_hash,
        lacksLoopNest: row.lacks_loop_nest === 1,
        lacksLowered: row.lacks_lowered === 1,
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

async function fillIn(db: StoreDb, held: HeldRecord, row: NewRecordRow): Promise<void> {
  const lowered = row.lowered_features ?? null;
  const fillsLoopNest = held.lacksLoopNest && row.loop_nest !== '';
  const fillsLowered = held.lacksLowered && lowered !== null;
  // Another program under the same key is a mistake of its sender's, and has nothing to give.
  if (held.programHash !== row.program_hash || !(fillsLoopNest || fillsLowered)) return;
  await db
    .updateTable('records')
    .set({
      ...(fillsLoopNest && { loop_nest: row.loop_nest }),
      ...(fillsLowered && { lowered_features: lowered }),
    })
    .where('sequence', '=', held.sequence)
    .execute();
  held.lacksLoopNest &&= !fillsLoopNest;
  held.lacksLowered &&= !fillsLowered;
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
