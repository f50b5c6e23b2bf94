/**
 * Reads programs for `truth.py`: first a line with a RegisterTaskRequest (base64), then a line for
 * each batch of programs; answers each batch with a line. One process a task.
 *
 * A program is read as the server reads it: from its steps alone, and from text and steps where
 * the steps alone are refused.
 */
'use strict';

const readline = require('node:readline');
const { createFeatureExtractor, extractFeatures } = require('../dist/features');
const { createProgramReader } = require('../dist/program');
const { parseLoopNest } = require('../dist/program/loop-nest');
const { decodeTask, loadCostModelService } = require('../dist/wire');
const { plainProgram } = require('./truth-program.cjs');
const { rowsOfProgram } = require('./truth-rows.cjs');
const { hiddenStructure } = require('./truth-steps.cjs');

const { requestDeserialize } = loadCostModelService().RegisterTask;

let task;
let reader;
let extractor;

function read({ loopNest, transformSteps }) {
  const alone = attempt(() => plainProgram(reader.read({ loopNest: '', transformSteps })));
  const both = attempt(() => plainProgram(reader.read({ loopNest, transformSteps })));
  const program = alone.value ?? both.value;
  const steps = alone.value === undefined ? alone.reason : difference(alone.value, loopNest);
  if (program === undefined) return { ok: false, reason: both.reason, steps };
  const rows = attempt(() => {
    const hidden = hiddenStructure(task, transformSteps, program);
    return rowsOfProgram(program, task, hidden);
  });
  if (rows.value === undefined) return { ok: false, reason: rows.reason, steps };
  const source = { loopNest: alone.value === undefined ? loopNest : '', transformSteps };
  const features = extractFeatures(extractor, source);
  const isInvalid = !features.ok && features.failure === 'cannot-build';
  return { ok: true, leaves: rows.value, steps, violation: isInvalid ? features.reason : '' };
}

function attempt(make) {
  try {
    return { value: make() };
  } catch (error) {
    return { reason: error.rawMessage ?? error.stack };
  }
}

/** Where a program differs from the loops and leaves that TVM printed; empty where it does not. */
function difference(program, loopNest) {
  const printed = parseLoopNest(loopNest);
  const show = ({ loops, leaves }) => [
    ...loops.map(({ serial, annotation, extent }) => [serial, `${annotation} (0,${extent})`]),
    ...leaves.map(({ serial, path, stageName, stage }) => {
      // TVM prints operations of one name alike; ours are numbered.
      const name = stageName ?? stage.name.replace(/#\d+/g, '');
      return [serial, `leaf ${name} inside loops ${path.join(', ')}`];
    }),
  ];
  const theirs = new Map(show(printed));
  const ours = new Map(show(program));
  for (let serial = 0; serial < Math.max(theirs.size, ours.size); serial++) {
    const [mine, tvms] = [ours.get(serial) ?? 'nothing', theirs.get(serial) ?? 'nothing'];
    if (mine !== tvms) return `item ${serial} of the nest is ${mine}, TVM prints ${tvms}`;
  }
  return '';
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.task !== undefined) {
    task = decodeTask(requestDeserialize(Buffer.from(message.task, 'base64')).task);
    reader = createProgramReader(task);
    extractor = createFeatureExtractor(task);
    return;
  }
  process.stdout.write(`${JSON.stringify(message.programs.map(read))}\n`);
});
