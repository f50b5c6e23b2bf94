#!/usr/bin/env node
import { commandLine } from '../config';
import { PredictorError } from '../errors';
import { runAccuracy } from './run-accuracy';

runAccuracy(commandLine().slice(2), {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
}).catch((thrown: unknown) => {
  process.stderr.write(`accuracy: ${PredictorError.from(thrown).rawMessage}\n`);
  process.exitCode = 1;
});
