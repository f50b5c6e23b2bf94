import { sql } from 'kysely';
import { invalidArgument } from '../errors';
import type { PruneResult, PruneRules } from './record-filter';
import type { StoreDb } from './schema';
import { changeTotal } from './sql-append';
import { meantBy } from './sql-filter';

/** INVALID_ARGUMENT for rules that would take everything, or keep a number that is none. */
export function assertPrunes(rules: PruneRules): void {
  const { keepBest } = rules;
  if (keepBest !== undefined && (!Number.isSafeInteger(keepBest) || keepBest < 1)) {
    throw invalidArgument(`keepBest is ${keepBest}; expected an integer of at least 1`);
  }
  const { keepNewestRepetition, ...given } = rules;
  const isGiven = Object.values(given).some((value) => value !== undefined);
  if (isGiven || keepNewestRepetition === true) return;
  throw invalidArgument(
    'neither a filter nor a rule says which records go; all of them would: give at least one',
  );
}

/** In a transaction that writes. */
export async function pruneRecords(db: StoreDb, rules: PruneRules): Promise<PruneResult> {
  const result = await countDoomed(db, rules);
  if (result.records === 0) return result;
  await db
    .deleteFrom('records')
    .where('sequence', 'in', doomedRecords(db, rules).select('records.sequence'))
    .execute();
  await changeTotal(db, -result.records);
  return result;
}

/** What `pruneRecords` would take. */
export async function countDoomed(db: StoreDb, rules: PruneRules): Promise<PruneResult> {
  const counts = await doomedRecords(db, rules)
    .select((e) => [
      e.fn.countAll<number>().as('records'),
      e.fn.count<number>('records.task_id').distinct().as('tasks'),
    ])
    .executeTakeFirstOrThrow();
  return Object.freeze({ records: counts.records, tasks: counts.tasks });
}

function doomedRecords(db: StoreDb, rules: PruneRules) {
  const { keepBest, keepNewestRepetition } = rules;
  return db
    .selectFrom('records')
    .innerJoin('tasks', 'tasks.id', 'records.task_id')
    .where(meantBy(rules))
    .$if(keepBest !== undefined, (query) =>
      query.where('records.sequence', 'not in', ofBestPrograms(db, keepBest as number)),
    )
    .$if(keepNewestRepetition === true, (query) =>
      query.where('records.sequence', 'not in', newestOfPrograms(db)),
    );
}

/** Sequences of the valid measurements of each task's best programs. */
function ofBestPrograms(db: StoreDb, count: number) {
  const best = db
    .selectFrom('records')
    .where('latency_seconds', 'is not', null)
    .select([
      'sequence',
      'task_id',
      'program_hash',
      sql<number>`min(latency_seconds) over (partition by task_id, program_hash)`.as('best'),
    ]);
  const placed = db
    .selectFrom(best.as('best'))
    .select([
      'sequence',
      sql<number>`dense_rank() over (partition by task_id order by best, program_hash)`.as('place'),
    ]);
  return db.selectFrom(placed.as('placed')).select('sequence').where('place', '<=', count);
}

/** Sequences of each program's newest measurement, of the valid ones where there are any. */
function newestOfPrograms(db: StoreDb) {
  const placed = db.selectFrom('records').select([
    'sequence',
    sql<number>`row_number() over (
      partition by task_id, program_hash
      order by case when latency_seconds is null then 1 else 0 end,
        measured_seconds desc, sequence desc)`.as('place'),
  ]);
  return db.selectFrom(placed.as('placed')).select('sequence').where('place', '=', 1);
}
