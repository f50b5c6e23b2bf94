/** A compact program with its columns laid out as objects: slow and plain, for checking only. */
'use strict';

const { annotations } = require('../dist/program');

function plainProgram(program) {
  const loops = range(0, program.loopCount).map((loop) => ({
    annotation: annotations[program.loopAnnotation[loop]],
    extent: program.loopExtent[loop],
    serial: program.loopSerial[loop],
    leaf: program.loopLeaf[loop],
    runs: range(program.loopFirstRun[loop], program.loopFirstRun[loop + 1]).map((run) => ({
      axis: program.runAxis[run],
      extent: program.runExtent[run],
      stride: program.runStride[run],
    })),
  }));
  const leaves = range(0, program.leafCount).map((leaf) => ({
    ...program.leaves[leaf],
    serial: program.leafSerial[leaf],
    path: [...program.path.slice(program.leafFirstPath[leaf], program.leafFirstPath[leaf + 1])],
    attachDepth: program.leafAttachDepth[leaf],
  }));
  return { loops, leaves };
}

function range(from, to) {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

module.exports = { plainProgram };
