import type { Command } from 'commander';
import {
  type Environment,
  loadSplitsOptions,
  SPLITS_OPTION_SPECS,
  STORE_OPTION_SPECS,
} from '../config';
import type { CommandIo } from './command-io';
import { makeSplitFiles, showSplitFile } from './splits-commands';
import { withOptions } from './with-options';

/** `cdmpp splits ...`. */
export function addSplitsCommands(program: Command, environment: Environment, io: CommandIo): void {
  const splits = program.command('splits').description('who is trained on, and who is tested');
  withOptions(splits.command('make').description("part a store's tasks, by seed, into files"), [
    ...SPLITS_OPTION_SPECS,
    ...STORE_OPTION_SPECS,
  ]).action((flags) => makeSplitFiles(loadSplitsOptions(flags, environment), io));
  splits
    .command('show <file>')
    .description('print how many computations stand on each side of each split')
    .action((file) => showSplitFile(file, io));
}
