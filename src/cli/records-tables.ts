/** The tables of `cdmpp records`. */
import type { DatasetReport, ImportTotals, LogReport } from '../curation';
import {
  deviceNameOf,
  isLogTask,
  type LogTask,
  measuredLatencySeconds,
  type Task,
} from '../program';
import type { RecordCounts, StoredRecord, StoreStats, TaskSummary } from '../store';
import { formatCount, formatLatency, formatPercent, formatTime, shorten } from './format-text';
import { type Cell, textTable } from './text-table';

/** Characters of an id that tell tasks apart; `--task` takes them. */
const ID_CHARACTERS = 12;
const HASH_CHARACTERS = 8;
const WORKLOAD_CHARACTERS = 48;

const LOG_COUNTS = ['lines', 'records', 'valid', 'failed', 'new', 'duplicates', 'broken'];

/** Of a dataset. */
const NO_LINES = Object.freeze({ lines: 0, broken: 0 });

/** A row for each dataset and each log, in the order in which they were imported, and their sums. */
export function importTable(
  datasets: readonly DatasetReport[],
  logs: readonly LogReport[],
  totals: ImportTotals,
): string {
  const counts = (of: DatasetReport | LogReport | ImportTotals): Cell[] => {
    const { lines, broken } = 'lines' in of ? of : NO_LINES;
    return [lines, of.records, of.valid, of.failed, of.accepted, of.duplicates, broken].map(
      formatCount,
    );
  };
  const rows = [
    ...datasets.map((dataset) => [dataset.path, '', ...counts(dataset), 'dataset']),
    ...logs.map((log) => [log.path, log.deviceName, ...counts(log), noteOf(log)]),
  ];
  return textTable(
    ['from', 'device', ...LOG_COUNTS, ''],
    [...rows, ['all', '', ...counts(totals), '']],
    LOG_COUNTS,
  );
}

function noteOf({ wasComplete, resumedAfterLine }: LogReport): string {
  if (wasComplete) return 'imported before';
  return resumedAfterLine === 0 ? '' : `goes on after line ${formatCount(resumedAfterLine)}`;
}

const TASK_COUNTS = ['records', 'valid', 'programs', 'repetitions', 'best'];

export function tasksTable(summaries: readonly TaskSummary[]): string {
  const rows = summaries.map((summary) => [
    summary.task.id.slice(0, idCharacters(summary.task)),
    deviceNameOf(summary.task),
    shorten(summary.task.workloadKey, WORKLOAD_CHARACTERS),
    networksOf(summary.task),
    formatCount(summary.records),
    formatCount(summary.validRecords),
    formatCount(summary.programs),
    formatCount(summary.repetitions),
    formatLatency(summary.bestLatencySeconds),
  ]);
  return textTable(['task', 'device', 'workload', 'networks', ...TASK_COUNTS], rows, TASK_COUNTS);
}

export function recordsTable(records: readonly StoredRecord[]): string {
  const rows = records.map(({ sequence, task, record, source, programHash }) => [
    sequence,
    task.id.slice(0, idCharacters(task)),
    deviceNameOf(task),
    programHash.slice(0, HASH_CHARACTERS),
    formatLatency(measuredLatencySeconds(record)),
    record.errorNumber,
    formatTime(record.timestampSeconds),
    source,
  ]);
  return textTable(
    ['record', 'task', 'device', 'program', 'latency', 'error', 'measured (UTC)', 'source'],
    rows,
    ['record', 'latency', 'error'],
  );
}

const STATS_COUNTS = [
  'tasks',
  'records',
  'valid',
  'failed',
  'programs',
  'repetitions',
  'repeatability',
];

export function statsTable(stats: StoreStats): string {
  const row = (kind: string, name: string, of: RecordCounts): Cell[] => [
    kind,
    name,
    formatCount(of.tasks),
    formatCount(of.records),
    formatCount(of.validRecords),
    formatCount(of.records - of.validRecords),
    formatCount(of.programs),
    formatCount(of.repetitions),
    formatPercent(of.repeatability),
  ];
  const rows = [
    row('all', '', stats.total),
    ...stats.devices.map((of) => row('device', of.name, of)),
    ...stats.networks.map((of) => row('network', of.name, of)),
  ];
  return textTable(['', 'name', ...STATS_COUNTS], rows, STATS_COUNTS);
}

/** What there is to know of one task. */
export function taskDetail(task: Task | LogTask): string {
  const facts = isLogTask(task)
    ? [['known by', 'its log alone: no compute DAG, so nothing learns from it yet']]
    : [
        ['networks', networksOf(task) || '-'],
        ['structure', task.structureHash],
      ];
  return textTable(
    ['task', task.id],
    [
      ['device', deviceNameOf(task)],
      ['workload', task.workloadKey],
      ['target', task.target],
      ['hardware', JSON.stringify(task.hardwareParams)],
      ...facts,
    ],
  );
}

function networksOf(task: Task | LogTask): string {
  return isLogTask(task) ? '' : task.networks.map(({ name }) => name).join(', ');
}

/** Of a log task's id, the part that is the same for all is no help. */
function idCharacters(task: Task | LogTask): number {
  return isLogTask(task) ? ID_CHARACTERS + 'log-'.length : ID_CHARACTERS;
}
