import type { Command } from 'commander';
import type { OptionSpec } from '../config';

/** Adds the options; their values are checked by the room that reads options. */
export function withOptions(command: Command, specs: readonly OptionSpec[]): Command {
  for (const { flag, environment, isList, description } of specs) {
    const text = environment === undefined ? description : `${description} (${environment})`;
    if (isList === true) command.option(flag, text, collect);
    else command.option(flag, text);
  }
  return command;
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}
