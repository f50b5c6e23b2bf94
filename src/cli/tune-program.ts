import type { Command } from 'commander';
import { type Environment, loadTuneOptions, TUNE_OPTION_SPECS } from '../config';
import type { CommandIo } from './command-io';
import { tune } from './tune-command';
import { withOptions } from './with-options';

/** `cdmpp tune-hyperparameters`. */
export function addTuneCommand(program: Command, environment: Environment, io: CommandIo): void {
  withOptions(
    program
      .command('tune-hyperparameters')
      .description('search settings for training, by what the validation side says of them'),
    TUNE_OPTION_SPECS,
  ).action((flags) => tune(loadTuneOptions(flags, environment), io));
}
