import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import type { Task } from '../../src/program';
import { encodeTask } from '../../src/store/task-json';

/** What the first two steps of the schema made, word for word: nothing here may follow the code. */
const RELEASED_SCHEMA = `
create table "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
create table "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
insert into "kysely_migration_lock" values ('migration_lock', 0);
create table "tasks" ("id" text primary key, "structure_hash" text not null, "workload_key" text not null,
  "target" text not null, "device_name" text not null, "task_json" text not null,
  "created_seconds" double precision not null);
create index "tasks_by_structure" on "tasks" ("structure_hash", "device_name");
create table "records" ("sequence" integer primary key autoincrement, "idempotency_key" text not null unique,
  "task_id" text not null references "tasks" ("id"), "program_hash" text not null, "loop_nest" text not null,
  "transform_steps" text not null, "costs_seconds" text not null, "latency_seconds" double precision,
  "error_number" integer not null, "error_message" text not null, "all_cost_seconds" double precision not null,
  "measured_seconds" double precision not null, "record_line" text not null, "source" text not null,
  "stored_seconds" double precision not null);
create index "records_by_program" on "records" ("task_id", "program_hash");
insert into "kysely_migration" values ('0001-tasks-and-records', '2026-01-01T00:00:00.000Z');
`;
const LOWERED_FEATURES = `
alter table "records" add column "lowered_features" blob;
insert into "kysely_migration" values ('0002-lowered-features', '2026-01-02T00:00:00.000Z');
`;

/**
 * Makes a store as it was released with schema 1 or 2: these tasks, and under each, for each of
 * its numbers, the record `domainRecord(number)`.
 */
export function makeOldStore(
  path: string,
  schema: 1 | 2,
  content: readonly { readonly task: Task; readonly numbers: readonly number[] }[],
): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  database.exec(RELEASED_SCHEMA);
  if (schema === 2) database.exec(LOWERED_FEATURES);
  const insertTask = database.prepare('insert into tasks values (?, ?, ?, ?, ?, ?, ?)');
  const insertRecord = database.prepare(
    `insert into records (idempotency_key, task_id, program_hash, loop_nest, transform_steps,
      costs_seconds, latency_seconds, error_number, error_message, all_cost_seconds,
      measured_seconds, record_line, source, stored_seconds)
    values (?, ?, ?, ?, ?, ?, ?, 0, '', 0.25, ?, ?, 'old', 1.5)`,
  );
  for (const { task, numbers } of content) {
    const { networks: _unknownThen, ...known } = task;
    const json = encodeTask(known as Task);
    const { id, structureHash, workloadKey, target, device } = task;
    insertTask.run(id, structureHash, workloadKey, target, device.name, json, 1.5);
    for (const number of numbers) {
      const [one, two] = [number * 1e-3, number * 2e-3];
      insertRecord.run(
        `key-${number}`,
        id,
        `hash-${number}`,
        `for i (0,${number})\n  B = ...\n`,
        `[["AN",${number}]]`,
        JSON.stringify([one, two]),
        (one + two) / 2,
        1_700_000_000 + number,
        `{"i":[${number}]}`,
      );
    }
  }
  database.close();
}
