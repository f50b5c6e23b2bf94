import { type RawBuilder, sql } from 'kysely';
import type { RecordFilter } from './record-filter';
import type { StoreDb } from './schema';
import { meantBy } from './sql-filter';
import { readTasks, taskOf } from './sql-tasks';
import type { NamedCounts, RecordCounts, StoreStats, TaskSummary } from './store-stats';

/** What records are counted by; each has a name for every record. */
type Grouping = 'all' | 'device' | 'network' | 'source';

const NO_COUNTS: RecordCounts = Object.freeze({
  tasks: 0,
  logTasks: 0,
  records: 0,
  validRecords: 0,
  programs: 0,
  repetitions: 0,
  repeatability: undefined,
});

export async function readStats(db: StoreDb, filter: RecordFilter): Promise<StoreStats> {
  const [total] = await readCounts(db, filter, 'all');
  const { name: _all, ...counts } = total ?? { name: '', ...NO_COUNTS };
  return Object.freeze({
    total: Object.freeze(counts),
    devices: await readCounts(db, filter, 'device'),
    networks: await readCounts(db, filter, 'network'),
    sources: await readCounts(db, filter, 'source'),
  });
}

export async function readTaskSummaries(
  db: StoreDb,
  filter: RecordFilter,
): Promise<readonly TaskSummary[]> {
  const rows = await db
    .selectFrom('records')
    .innerJoin('tasks', 'tasks.id', 'records.task_id')
    .where(meantBy(filter))
    .groupBy(['records.task_id', 'tasks.device_name', 'tasks.workload_key'])
    .select((e) => [
      'records.task_id as taskId',
      'tasks.device_name as deviceName',
      'tasks.workload_key as workloadKey',
      e.fn.countAll<number>().as('records'),
      e.fn.count<number>('records.latency_seconds').as('validRecords'),
      e.fn.count<number>('records.program_hash').distinct().as('programs'),
      e.fn.min('records.latency_seconds').as('bestLatencySeconds'),
    ])
    .execute();
  // Here and not in the database: every server has an order of letters of its own.
  const sorted = rows.sort(
    (a, b) =>
      compare(a.deviceName, b.deviceName) ||
      compare(a.workloadKey, b.workloadKey) ||
      compare(a.taskId, b.taskId),
  );
  const tasks = await readTasks(
    db,
    sorted.map((row) => row.taskId),
  );
  return sorted.map(({ taskId, records, validRecords, programs, bestLatencySeconds }) =>
    Object.freeze({
      task: taskOf(tasks, taskId),
      records,
      validRecords,
      programs,
      repetitions: records - programs,
      bestLatencySeconds: bestLatencySeconds ?? undefined,
    }),
  );
}

async function readCounts(
  db: StoreDb,
  filter: RecordFilter,
  grouping: Grouping,
): Promise<readonly NamedCounts[]> {
  const rows = await db
    .with('meant', () => meantRecords(db, filter, grouping))
    .with('programs', (cte) =>
      cte
        .selectFrom('meant')
        .groupBy(['name', 'task_id', 'kind', 'program_hash'])
        .select((e) => [
          'name',
          'task_id',
          'kind',
          e.fn.countAll<number>().as('records'),
          e.fn.count<number>('latency_seconds').as('valid_records'),
        ]),
    )
    .selectFrom('programs')
    .groupBy('name')
    .select((e) => [
      'name',
      e.fn.count<number>('task_id').distinct().as('tasks'),
      e.fn
        .count<number>(e.case().when('kind', '=', 'log-task').then(e.ref('task_id')).end())
        .distinct()
        .as('logTasks'),
      e.fn.sum<number>('records').as('records'),
      e.fn.sum<number>('valid_records').as('validRecords'),
      e.fn.countAll<number>().as('programs'),
    ])
    .execute();
  const repeatability = await readRepeatability(db, filter, grouping);
  return rows
    .sort((a, b) => compare(a.name, b.name))
    .map((row) =>
      Object.freeze({
        ...row,
        repetitions: row.records - row.programs,
        repeatability: repeatability.get(row.name),
      }),
    );
}

/** By name: the median over programs of how far neighbouring measurements are apart. */
async function readRepeatability(
  db: StoreDb,
  filter: RecordFilter,
  grouping: Grouping,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .with('meant', () => meantRecords(db, filter, grouping))
    .with('measured', (cte) =>
      cte
        .selectFrom('meant')
        .where('latency_seconds', 'is not', null)
        .select([
          'name',
          'task_id',
          'program_hash',
          'latency_seconds',
          sql<number | null>`abs(latency_seconds - lag(latency_seconds) over (
            partition by name, task_id, program_hash order by sequence))`.as('difference'),
        ]),
    )
    .with('spreads', (cte) =>
      cte
        .selectFrom('measured')
        .groupBy(['name', 'task_id', 'program_hash'])
        .having((e) => e(e.fn.countAll(), '>', 1))
        .select([
          'name',
          // The first has no neighbour before it: null, which an average leaves out.
          sql<number>`avg(difference) / avg(latency_seconds)`.as('spread'),
        ]),
    )
    .with('ranked', (cte) =>
      cte
        .selectFrom('spreads')
        .select([
          'name',
          'spread',
          sql<number>`row_number() over (partition by name order by spread)`.as('place'),
          sql<number>`count(*) over (partition by name)`.as('size'),
        ]),
    )
    .selectFrom('ranked')
    // The one in the middle, or the two of an even number.
    .where(sql<boolean>`place in ((size + 1) / 2, (size + 2) / 2)`)
    .groupBy('name')
    .select((e) => ['name', e.fn.avg<number>('spread').as('median')])
    .execute();
  return new Map(rows.map(({ name, median }) => [name, median]));
}

function meantRecords(db: StoreDb, filter: RecordFilter, grouping: Grouping) {
  const names: Record<Grouping, RawBuilder<string>> = {
    // Not a literal: PostgreSQL does not group by one.
    all: sql<string>`coalesce(null, '')`,
    device: sql.ref('tasks.device_name'),
    network: sql.ref('task_networks.network'),
    source: sql.ref('records.source'),
  };
  return db
    .selectFrom('records')
    .innerJoin('tasks', 'tasks.id', 'records.task_id')
    .$if(grouping === 'network', (query) =>
      query.innerJoin('task_networks', 'task_networks.task_id', 'tasks.id'),
    )
    .where(meantBy(filter))
    .select([
      'records.sequence',
      'records.task_id',
      'records.program_hash',
      'records.latency_seconds',
      'tasks.kind',
      names[grouping].as('name'),
    ]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
