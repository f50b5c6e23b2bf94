import type { Command } from 'commander';
import {
  type Environment,
  FINETUNE_OPTION_SPECS,
  loadFinetuneOptions,
  loadTrainOptions,
  TRAIN_OPTION_SPECS,
} from '../config';
import type { CommandIo } from './command-io';
import { finetuneCommand, trainCommand } from './learning-commands';
import { withOptions } from './with-options';

/**
 * `cdmpp train` and `cdmpp finetune`.
 *
 * @param argv as `process.argv` holds it; goes onto the page of what is trained
 */
export function addLearningCommands(
  program: Command,
  argv: readonly string[],
  environment: Environment,
  io: CommandIo,
): void {
  const command = ['npx', 'cdmpp', ...argv.slice(2)].map(quoted).join(' ');
  withOptions(
    program.command('train').description('train a model on records'),
    TRAIN_OPTION_SPECS,
  ).action((flags) => trainCommand(loadTrainOptions(flags, environment), command, io));
  withOptions(
    program.command('finetune').description('train a trained model on, on a device or on tasks'),
    FINETUNE_OPTION_SPECS,
  ).action((flags) => finetuneCommand(loadFinetuneOptions(flags, environment), command, io));
}

/** For a shell. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
