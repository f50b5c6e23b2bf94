/** The flags of `cdmpp records`, in the order in which `--help` lists them. */
import type { OptionSpec } from './option-spec';
import { RECORD_FILTER_SPECS } from './record-filter-options';

/** Options of every command, but for those of the store. */
const COMMON_SPECS: readonly OptionSpec[] = [
  {
    name: 'dataDir',
    flag: '--data-dir <folder>',
    environment: 'CDMPP_DATA_DIR',
    description: 'where the store is by default; as serve has it',
  },
  { name: 'json', flag: '--json', description: 'print JSON lines, for programs' },
];

export const RECORDS_IMPORT_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'device',
    flag: '--device <name>',
    description: 'device that the logs were measured on, for example v100; logs do not say it',
  },
  {
    name: 'deviceFromFolder',
    flag: '--device-from-folder',
    description: "a log's device is the name of the first folder below PATH",
  },
  {
    name: 'tasks',
    flag: '--tasks <bundle>',
    isList: true,
    description: 'file of whole tasks (*.tasks) to put first; may be given several times',
  },
  {
    name: 'again',
    flag: '--again',
    description: 'read logs too that were imported before, as after a prune',
  },
  ...COMMON_SPECS,
]);

export const RECORDS_EXPORT_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'format',
    flag: '--format <format>',
    description: 'ansor: a log that TVM reads; dataset: a folder of columnar files; default ansor',
  },
  {
    name: 'best',
    flag: '--best <count>',
    description: 'of each task, only its so many fastest programs, one record each',
  },
  { name: 'perTask', flag: '--per-task', description: 'OUT is a folder: one log a task' },
  { name: 'overwrite', flag: '--overwrite', description: 'replace a log that is there' },
  {
    name: 'about',
    flag: '--about <file>',
    description:
      "JSON file with what a dataset's card says beside the counts: title, how, machine, versions",
  },
  ...RECORD_FILTER_SPECS,
  ...COMMON_SPECS,
]);

export const RECORDS_LIST_SPECS: readonly OptionSpec[] = Object.freeze([
  { name: 'records', flag: '--records', description: 'list records one by one, oldest first' },
  {
    name: 'limit',
    flag: '--limit <count>',
    description: 'rows at most, 1 to 1000000000; default 100',
  },
  ...RECORD_FILTER_SPECS,
  ...COMMON_SPECS,
]);

export const RECORDS_STATS_SPECS: readonly OptionSpec[] = Object.freeze([
  ...RECORD_FILTER_SPECS,
  ...COMMON_SPECS,
]);

export const RECORDS_PRUNE_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'keepBest',
    flag: '--keep-best <count>',
    description: 'of each task, keep the records of its so many fastest programs',
  },
  {
    name: 'keepNewest',
    flag: '--keep-newest',
    description: 'keep the newest measurement of each program; earlier repetitions go',
  },
  { name: 'yes', flag: '--yes', description: 'remove; else it is only said what would go' },
  ...RECORD_FILTER_SPECS,
  ...COMMON_SPECS,
]);
