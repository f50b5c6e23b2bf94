#!/usr/bin/env node
import { commandLine, processEnvironment } from '../config';
import { processIo } from './command-io';
import { runCommand } from './run-command';

runCommand(commandLine(), processEnvironment(), processIo).then((exitCode) => {
  process.exitCode = exitCode;
});
