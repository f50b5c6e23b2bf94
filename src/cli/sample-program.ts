import type { Command } from 'commander';
import { type Environment, loadSampleOptions, SAMPLE_OPTION_SPECS } from '../config';
import type { CommandIo } from './command-io';
import { sample } from './sample-command';
import { withOptions } from './with-options';

/** `cdmpp sample`. */
export function addSampleCommand(program: Command, environment: Environment, io: CommandIo): void {
  withOptions(
    program
      .command('sample')
      .description('choose the tasks and programs to measure on a new device'),
    SAMPLE_OPTION_SPECS,
  ).action((flags) => sample(loadSampleOptions(flags, environment), io));
}
