import type { Command } from 'commander';
import { systemClock } from '../base';
import {
  type Environment,
  loadRecordsExportOptions,
  loadRecordsImportOptions,
  loadRecordsListOptions,
  loadRecordsPruneOptions,
  loadRecordsStatsOptions,
  type OptionSpec,
  RECORDS_EXPORT_SPECS,
  RECORDS_IMPORT_SPECS,
  RECORDS_LIST_SPECS,
  RECORDS_PRUNE_SPECS,
  RECORDS_STATS_SPECS,
  STORE_OPTION_SPECS,
} from '../config';
import type { CommandIo } from './command-io';
import {
  exportFromStore,
  importIntoStore,
  listStore,
  printStats,
  pruneStore,
} from './records-commands';
import { withOptions } from './with-options';

/** `cdmpp records ...`. */
export function addRecordsCommands(
  program: Command,
  environment: Environment,
  io: CommandIo,
): void {
  const records = program.command('records').description('measured records: in, out, and a look');
  const now = (): number => systemClock.wallSeconds();
  const add = (usage: string, description: string, specs: readonly OptionSpec[]): Command =>
    withOptions(records.command(usage).description(description), [...specs, ...STORE_OPTION_SPECS]);

  add(
    'import <path...>',
    'store the records of logs (plain or gzip), folders of logs, collections and datasets',
    RECORDS_IMPORT_SPECS,
  ).action((paths, flags) =>
    importIntoStore(paths, loadRecordsImportOptions(flags, environment), io),
  );
  add(
    'export <out>',
    "write records as a log of TVM's, or as a dataset",
    RECORDS_EXPORT_SPECS,
  ).action((out, flags) =>
    exportFromStore(out, loadRecordsExportOptions(flags, environment, now()), io),
  );
  add('list', 'list tasks with what is stored of each', RECORDS_LIST_SPECS).action((flags) =>
    listStore(loadRecordsListOptions(flags, environment, now()), io),
  );
  add('stats', 'count records by device and network', RECORDS_STATS_SPECS).action((flags) =>
    printStats(loadRecordsStatsOptions(flags, environment, now()), io),
  );
  add('prune', 'remove records; says what would go until --yes', RECORDS_PRUNE_SPECS).action(
    (flags) => pruneStore(loadRecordsPruneOptions(flags, environment, now()), io),
  );
}
