import { Command, CommanderError } from 'commander';
import {
  CLIENT_OPTION_SPECS,
  type Environment,
  EVALUATE_OPTION_SPECS,
  loadClientOptions,
  loadEvaluateOptions,
  loadServeOptions,
  SERVE_OPTION_SPECS,
} from '../config';
import { Code, PredictorError } from '../errors';
import type { CommandIo } from './command-io';
import { addDevicesCommands } from './devices-program';
import { evaluateModel } from './evaluate-command';
import { addLearningCommands } from './learning-program';
import { exportModel, importModel, printModel, printModels } from './model-commands';
import { addRecordsCommands } from './records-program';
import { addSampleCommand } from './sample-program';
import { serve } from './serve-command';
import { addSplitsCommands } from './splits-program';
import { addTuneCommand } from './tune-program';
import { withOptions } from './with-options';

/** What the process exits with: done, failed, or asked for wrongly. */
export const EXIT_CODES = Object.freeze({ done: 0, failed: 1, usage: 2 });

/** Runs one command line (as `process.argv` holds it) to its end; never throws. */
export async function runCommand(
  argv: readonly string[],
  environment: Environment,
  io: CommandIo,
): Promise<number> {
  try {
    await createProgram(argv, environment, io).parseAsync(argv as string[]);
    return EXIT_CODES.done;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      return thrown.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    }
    const error = PredictorError.from(thrown);
    io.complain(`cdmpp: ${error.rawMessage}`);
    return error.code === Code.InvalidArgument ? EXIT_CODES.usage : EXIT_CODES.failed;
  }
}

function createProgram(argv: readonly string[], environment: Environment, io: CommandIo): Command {
  const program = new Command('cdmpp')
    .description('latencies of tensor programs, predicted before they are built')
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.complain(text.trimEnd()),
    })
    .exitOverride();

  withOptions(
    program.command('serve').description('serve predictions over gRPC until SIGTERM'),
    SERVE_OPTION_SPECS,
  ).action((flags) => serve(loadServeOptions(flags, environment), io));

  const model = program.command('model').description('see and move the models of a server');
  const ofModel = (usage: string, description: string): Command =>
    withOptions(model.command(usage).description(description), CLIENT_OPTION_SPECS);
  ofModel('info [model]', 'print one version, by default the newest of what learned last').action(
    (ref, flags) => printModel(loadClientOptions(flags, environment), io, ref),
  );
  ofModel('list', 'print every version that the server keeps').action((flags) =>
    printModels(loadClientOptions(flags, environment), io),
  );
  ofModel('export <file> [model]', 'write a version to a file').action((file, ref, flags) =>
    exportModel(loadClientOptions(flags, environment), io, file, ref),
  );
  ofModel('import <file> [model]', 'make the version in a file or folder the newest').action(
    (file, name, flags) => importModel(loadClientOptions(flags, environment), io, file, name),
  );
  addRecordsCommands(program, environment, io);
  addDevicesCommands(program, environment, io);
  addSplitsCommands(program, environment, io);
  addLearningCommands(program, argv, environment, io);
  withOptions(
    program
      .command('evaluate')
      .description('judge a model by measured programs; writes a report with charts'),
    EVALUATE_OPTION_SPECS,
  ).action((flags) => evaluateModel(loadEvaluateOptions(flags, environment), io));
  addSampleCommand(program, environment, io);
  addTuneCommand(program, environment, io);
  return program;
}
