import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './option-spec';

/** The arguments of this process as `argv` holds them: interpreter, script, then the user's. */
export function commandLine(): readonly string[] {
  return process.argv;
}

/** The variables of this process. Nothing outside this room reads them. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Gives variables a value where the user gave none, before a library of this process reads them. */
export function setMissingVariables(defaults: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
}

/** `cdmpp` in the user's data folder, by the XDG base directory specification. */
export function defaultDataDir(environment: Environment): string {
  // The specification has relative paths ignored.
  const base = environment.XDG_DATA_HOME?.startsWith('/') ? environment.XDG_DATA_HOME : undefined;
  return join(base ?? join(homedir(), '.local', 'share'), 'cdmpp');
}
