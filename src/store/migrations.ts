import { type Kysely, type Migration, Migrator } from 'kysely';
import { addLogTasks } from './migration-0003-log-tasks';
import type { SqlTraits } from './sql-traits';

/** Every change of the schema, by a name that sorts. What is released is never edited. */
function createMigrations(traits: SqlTraits): Record<string, Migration> {
  return {
    '0001-tasks-and-records': {
      async up(db: Kysely<unknown>): Promise<void> {
        await createTasks(db);
        await createRecords(db, traits);
      },
    },
    '0002-lowered-features': {
      async up(db: Kysely<unknown>): Promise<void> {
        await db.schema
          .alterTable('records')
          .addColumn('lowered_features', traits.bytesType)
          .execute();
      },
    },
    '0003-log-tasks': { up: addLogTasks },
    '0004-broken-lines': { up: addBrokenLines },
  };
}

async function createTasks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tasks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('structure_hash', 'text', (column) => column.notNull())
    .addColumn('workload_key', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('device_name', 'text', (column) => column.notNull())
    .addColumn('task_json', 'text', (column) => column.notNull())
    .addColumn('created_seconds', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('tasks_by_structure')
    .on('tasks')
    .columns(['structure_hash', 'device_name'])
    .execute();
}

/** Of what was imported before, no broken line is remembered. SQLite adds one column a statement. */
async function addBrokenLines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('imports')
    .addColumn('broken', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('imports')
    .addColumn('broken_lines', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute();
}

async function createRecords(db: Kysely<unknown>, traits: SqlTraits): Promise<void> {
  await traits
    .addSequence(db.schema.createTable('records'))
    .addColumn('idempotency_key', 'text', (column) => column.notNull().unique())
    .addColumn('task_id', 'text', (column) => column.notNull().references('tasks.id'))
    .addColumn('program_hash', 'text', (column) => column.notNull())
    .addColumn('loop_nest', 'text', (column) => column.notNull())
    .addColumn('transform_steps', 'text', (column) => column.notNull())
    .addColumn('costs_seconds', 'text', (column) => column.notNull())
    .addColumn('latency_seconds', 'double precision')
    .addColumn('error_number', 'integer', (column) => column.notNull())
    .addColumn('error_message', 'text', (column) => column.notNull())
    .addColumn('all_cost_seconds', 'double precision', (column) => column.notNull())
    .addColumn('measured_seconds', 'double precision', (column) => column.notNull())
    .addColumn('record_line', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('stored_seconds', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('records_by_program')
    .on('records')
    .columns(['task_id', 'program_hash'])
    .execute();
}

/** Brings a database to the newest schema; throws what the database threw. */
export async function migrateToLatest<Schema>(
  db: Kysely<Schema>,
  traits: SqlTraits,
): Promise<void> {
  const migrations = createMigrations(traits);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
