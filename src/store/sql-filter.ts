import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { RecordFilter } from './record-filter';
import type { StoreSchema } from './schema';

/** The condition on a record, joined with its task, that a filter is. */
export function meantBy(filter: RecordFilter) {
  return (e: ExpressionBuilder<StoreSchema, 'records' | 'tasks'>): Expression<SqlBool> => {
    const conditions: Expression<SqlBool>[] = [];
    const { deviceName, taskId, workloadKey, networkName, source, isValid } = filter;
    if (deviceName !== undefined) conditions.push(e('tasks.device_name', '=', deviceName));
    if (taskId !== undefined) {
      // Not `like`: SQLite's does not tell small letters from capitals.
      const start = sql<string>`substr(${e.ref('tasks.id')}, 1, ${sql.lit(taskId.length)})`;
      conditions.push(e(start, '=', taskId));
    }
    if (workloadKey !== undefined) conditions.push(e('tasks.workload_key', '=', workloadKey));
    if (networkName !== undefined) conditions.push(occursIn(e, networkName));
    if (source !== undefined) conditions.push(e('records.source', '=', source));
    if (isValid !== undefined) {
      conditions.push(e('records.latency_seconds', isValid ? 'is not' : 'is', null));
    }
    const { measuredBeforeSeconds: before, measuredAfterSeconds: after } = filter;
    if (before !== undefined) conditions.push(e('records.measured_seconds', '<', before));
    if (after !== undefined) conditions.push(e('records.measured_seconds', '>=', after));
    return e.and(conditions);
  };
}

function occursIn(e: ExpressionBuilder<StoreSchema, 'records' | 'tasks'>, networkName: string) {
  return e.exists(
    e
      .selectFrom('task_networks')
      .select('task_networks.network')
      .whereRef('task_networks.task_id', '=', 'tasks.id')
      .where('task_networks.network', '=', networkName),
  );
}
