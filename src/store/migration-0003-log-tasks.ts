import type { Kysely } from 'kysely';
import { logTaskIdOf } from '../program';
import type { StoreSchema } from './schema';
import { decodeTask } from './task-json';

/** Rows of `tasks` in memory at a time. */
const TASKS_PER_PAGE = 64;

/**
 * Tasks known by their log alone, the networks of tasks, how far imports have come, the
 * number of records, and an index for statistics. Every task of an older store is whole.
 */
export async function addLogTasks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('tasks')
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('task'))
    .execute();
  await db.schema
    .alterTable('records')
    .addColumn('has_whole_task', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  // With all that statistics look at: they need not pass over the texts of the records.
  await db.schema.dropIndex('records_by_program').execute();
  await db.schema
    .createIndex('records_by_program')
    .on('records')
    .columns(['task_id', 'program_hash', 'latency_seconds', 'measured_seconds', 'source'])
    .execute();
  await db.schema
    .createIndex('records_to_learn')
    .on('records')
    .columns(['has_whole_task', 'sequence'])
    .execute();
  await createTables(db);
  await fillTables(db as Kysely<StoreSchema>);
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('task_aliases')
    .addColumn('log_task_id', 'text', (column) => column.primaryKey())
    .addColumn('task_id', 'text', (column) => column.notNull().references('tasks.id'))
    .execute();
  await db.schema
    .createTable('task_networks')
    .addColumn('task_id', 'text', (column) => column.notNull().references('tasks.id'))
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('occurrences', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('task_networks_primary', ['task_id', 'network'])
    .execute();
  await db.schema
    .createTable('imports')
    .addColumn('file_hash', 'text', (column) => column.primaryKey())
    .addColumn('lines_done', 'bigint', (column) => column.notNull())
    .addColumn('is_complete', 'integer', (column) => column.notNull())
    .addColumn('updated_seconds', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('totals')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('records', 'bigint', (column) => column.notNull())
    .execute();
}

async function fillTables(db: Kysely<StoreSchema>): Promise<void> {
  await db
    .insertInto('totals')
    .columns(['id', 'records'])
    .expression((e) =>
      e.selectFrom('records').select((r) => [r.lit(1).as('id'), r.fn.countAll().as('records')]),
    )
    .execute();
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('tasks')
      .select(['id', 'task_json'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(TASKS_PER_PAGE)
      .execute();
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
    const aliases = page.map(({ id, task_json }) => ({
      log_task_id: logTaskIdOf(decodeTask(task_json)),
      task_id: id,
    }));
    await db
      .insertInto('task_aliases')
      .values(aliases)
      .onConflict((conflict) => conflict.column('log_task_id').doNothing())
      .execute();
  }
}
