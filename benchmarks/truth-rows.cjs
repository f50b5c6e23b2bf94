/**
 * What TVM's lowered features would say of a program if our compact AST is right: for each leaf
 * the rows of the buffers that it stores, in TVM's own definitions (`benchmarks/truth_rows.py`
 * says which are compared). Counts come from the AST; only what TVM defines differently
 * (bounding boxes, thread loops of one iteration, how a reduction across threads is split) is
 * worked out here.
 */
'use strict';

const { countOps } = require('../dist/features/op-count');
const { dtypeBytes, operandsOf } = require('../dist/program');

/** @returns one entry a leaf: its stage and its rows. */
function rowsOfProgram(program, task, hidden) {
  const boxes = [false, true].map((isLoose) => new Boxes(program, hidden, isLoose));
  const touched = firstTouches(program, hidden, (index, tensor, level) => [
    ...new Set(boxes.map((each) => each.elements(index, tensor, level))),
  ]);
  const tensors = new Map(task.tensors.map((tensor) => [tensor.name, tensor]));
  return program.leaves.map((leaf, index) => ({
    stage: leaf.stage.name,
    rows: rowsOfLeaf({ program, leaf, index, touched, tensors, hidden }),
  }));
}

function rowsOfLeaf(context) {
  const { program, leaf, hidden } = context;
  const loops = leaf.path.map((loop) => program.loops[loop]);
  const across = hidden.acrossThreads(leaf.stage.name);
  if (across !== undefined) return acrossThreadsRows(context, loops, across.isAlsoSerial);
  return leaf.stage.outputs.map((_, output) => storeRow(context, loops, output));
}

/**
 * TVM reduces across threads in up to three buffers: what each thread sums up by itself (only
 * where there are such loops), the sum over the threads (allocated, never stored by a
 * statement: a row of zeros), and the result, copied from there.
 */
function acrossThreadsRows(context, loops, isAlsoSerial) {
  const { leaf, tensors } = context;
  const outside = loops.filter(
    (loop, level) =>
      level < leaf.attachDepth || !reduces(loop, leaf) || loop.annotation.startsWith('threadIdx'),
  );
  const nothing = emptyRow();
  return leaf.stage.outputs.flatMap((name, output) => {
    const bytes = elementBytes(tensors, leaf.stage.origins[output]);
    const rows = [];
    if (isAlsoSerial) {
      const row = storeRow(context, loops, output);
      for (const buffer of row.buffers) {
        if (buffer.access === 'write' || leaf.stage.outputs.includes(buffer.tensor)) {
          buffer.access = buffer.tensor === name ? 'read-write' : 'read';
          buffer.uniqueBytes = [bytes];
        }
      }
      rows.push(row);
    }
    rows.push(nothing);
    const final = { ...counts(context, outside), floats: noFloats() };
    final.buffers = [
      { tensor: name, access: 'write', uniqueBytes: uniqueBytes(context, name, bytes) },
      { tensor: 'reduce_temp', access: 'read', uniqueBytes: [bytes] },
    ];
    rows.push(final);
    return rows;
  });
}

function storeRow(context, loops, output) {
  const { leaf, tensors } = context;
  const body = leaf.stage.bodies[output];
  const iterations = product(loops);
  const floats = floatCounts({ ...leaf.stage, bodies: [body] });
  for (const key of Object.keys(floats)) floats[key] *= iterations;
  const isReduction = body.kind === 'reduce';
  const name = leaf.stage.outputs[output];
  const buffers = new Map();
  const add = (tensor, origin, access) => {
    if (buffers.has(tensor)) return;
    const bytes = elementBytes(tensors, origin);
    buffers.set(tensor, { tensor, access, uniqueBytes: uniqueBytes(context, tensor, bytes) });
  };
  add(name, leaf.stage.origins[output], isReduction ? 'read-write' : 'write');
  if (isReduction && body.combiner === 'other') {
    // A combiner without a name may read all values that are reduced together.
    leaf.stage.outputs.forEach((other, i) => {
      add(other, leaf.stage.origins[i], 'read');
    });
  }
  const loads = loadedBy(body);
  for (const access of leaf.accesses) {
    if (!access.isWrite && loads.has(access.tensor)) add(access.tensor, access.origin, 'read');
  }
  return { ...counts(context, loops), floats, buffers: [...buffers.values()] };
}

function loadedBy(expression, found = new Set()) {
  if (expression.kind === 'load') found.add(expression.tensor);
  for (const operand of operandsOf(expression)) loadedBy(operand, found);
  return found;
}

/** Every value that TVM may say, see `firstTouches`. */
function uniqueBytes(context, tensor, bytes) {
  if (context.leaf.path.length + unitLoops(context) === 0) return [bytes];
  return context.touched(context, tensor).map((elements) => elements * bytes);
}

/** Loops as TVM counts them: bindings to threads stay, whatever their extent. */
function counts(context, loops) {
  const extent = (wanted) => product(loops.filter(({ annotation }) => wanted(annotation)));
  const lastOf = (name) => loops.filter((loop) => loop.annotation === name).at(-1)?.extent ?? 1;
  return {
    outerProduct: product(loops),
    loops: loops.length + unitLoops(context),
    vectorised: extent((a) => a === 'vectorize'),
    unrolled: extent((a) => a === 'unroll'),
    parallel: extent((a) => a === 'parallel'),
    blocks: lastOf('blockIdx.x'),
    threads: lastOf('threadIdx.x'),
    vthreads: extent((a) => a === 'vthread'),
  };
}

function emptyRow() {
  return {
    outerProduct: 0,
    loops: 0,
    vectorised: 1,
    unrolled: 1,
    parallel: 1,
    blocks: 0,
    threads: 0,
    vthreads: 0,
    floats: noFloats(),
    buffers: [],
  };
}

function noFloats() {
  return { addsub: 0, mul: 0, divmod: 0, compare: 0, function: 0 };
}

function floatCounts(stage) {
  const ops = countOps(stage);
  return {
    addsub: ops.floatAdd + ops.floatMultiplyAdd,
    mul: ops.floatMultiply + ops.floatMultiplyAdd,
    divmod: ops.floatDivide,
    compare: ops.floatCompare,
    function: ops.mathFunction + ops.select,
  };
}

function unitLoops({ leaf, hidden }) {
  return hidden.unitThreadsAround(leaf.stage.name);
}

/**
 * TVM notes what a loop touches once for each buffer: by the first statement inside the
 * outermost loop that touches it, in the order of the stages. Its notes of a kernel go by the
 * address of a node that it has freed by then, so that a later kernel may find those of a block,
 * vthread or thread loop of an earlier one in place of its own: all are answers that it gives.
 */
function firstTouches(program, hidden, elementsOf) {
  const order = program.leaves.map((leaf, index) => ({ leaf, index }));
  order.sort((a, b) => hidden.order(a.leaf.stage.name) - hidden.order(b.leaf.stage.name));
  const rootOf = ({ leaf, index }) =>
    hidden.kernelOf(leaf.stage.name) ?? (leaf.path.length > 0 ? leaf.path[0] : `leaf ${index}`);
  const known = new Map();
  for (const item of order) {
    const root = rootOf(item);
    const here = known.get(root) ?? new Map();
    known.set(root, here);
    for (const tensor of new Set(item.leaf.accesses.map((access) => access.tensor))) {
      if (!here.has(tensor)) here.set(tensor, elementsOf(item.index, tensor, 0));
    }
  }
  const earlier = (own, tensor) => {
    const roots = [...known.keys()];
    const before = new Set(roots.slice(0, roots.indexOf(own)));
    return order
      .filter((item) => before.has(rootOf(item)))
      .filter(({ leaf }) => leaf.accesses.some((access) => access.tensor === tensor))
      .flatMap(({ leaf, index }) =>
        leaf.path
          .map((loop, level) => (isBound(program.loops[loop].annotation) ? level : 0))
          .flatMap((level) => elementsOf(index, tensor, level)),
      );
  };
  return (item, tensor) => {
    const own = rootOf(item);
    const elements = known.get(own).get(tensor) ?? elementsOf(item.index, tensor, 0);
    if (hidden.kernelOf(item.leaf.stage.name) === undefined) return elements;
    return [...new Set([...elements, ...earlier(own, tensor)])];
  };
}

/** Bounding boxes over the whole run of a program, tails of uneven splits included. */
class Boxes {
  #program;
  #hidden;
  #isLoose;
  #memo = new Map();

  /**
   * @param isLoose What TVM finds where its simplifier does not see through its own indices: over
   *   several visits, what is taken modulo d in one visit becomes x - d * floor(x / d), and the
   *   two terms are bounded apart; and a tail runs beyond axes of one iteration.
   */
  constructor(program, hidden, isLoose) {
    this.#program = program;
    this.#hidden = hidden;
    this.#isLoose = isLoose;
  }

  /**
   * Elements in the box that all accesses of a leaf to a tensor span together while the loops
   * from a level inwards run.
   */
  elements(index, tensor, level) {
    const leaf = this.#program.leaves[index];
    const ranges = this.axes(index, level, false);
    const scope = scopeOf(leaf, ranges);
    let box;
    for (const access of leaf.accesses) {
      if (access.tensor !== tensor) continue;
      const dims = access.expressions.map((expression) => interval(expression, scope));
      box = box === undefined ? dims : box.map((range, d) => union(range, dims[d]));
    }
    return (box ?? []).reduce((total, [low, high]) => total * (high - low + 1), 1);
  }

  /** For each axis [least, greatest] value while the loops from a level inwards run. */
  axes(index, level, withThreads) {
    const key = `${index} ${level} ${withThreads}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const leaf = this.#program.leaves[index];
    const own =
      level <= leaf.attachDepth
        ? this.#reachOfVisit(index)
        : this.#ownReach(leaf, level, withThreads);
    const ranges = own.map((reach) => [0, reach]);
    if (level < leaf.attachDepth || (withThreads && leaf.attachDepth > 0)) {
      const isShared = leaf.scope === 'shared';
      // What one visit needs; the rest of the way is made by the loops of others.
      const visit = this.#needed(index, leaf.attachDepth, isShared);
      const outer = Math.min(level, leaf.attachDepth);
      const wanted = this.#needed(index, outer, withThreads || isShared, this.#isLoose);
      wanted.forEach((range, axis) => {
        if (range === undefined) return;
        const moved = width(range) - width(visit[axis]);
        ranges[axis] = [range[0], range[0] + moved + own[axis]];
      });
    }
    this.#memo.set(key, ranges);
    return ranges;
  }

  #reachOfVisit(index) {
    const leaf = this.#program.leaves[index];
    const needed = this.#needed(index, leaf.attachDepth, leaf.scope === 'shared');
    const extents = leaf.axisExtents.map((extent, axis) => {
      const range = needed[axis];
      return range === undefined ? extent : Math.min(extent, width(range) + 1);
    });
    return this.#hidden.reachOfVisit(leaf.stage.name, extents, this.#isLoose);
  }

  #ownReach(leaf, level, withThreads) {
    const reach = leaf.axisExtents.map(() => 0);
    leaf.path.forEach((loop, position) => {
      const { annotation, runs } = this.#program.loops[loop];
      const runsHere = position >= level || (withThreads && isThread(annotation));
      if (position < leaf.attachDepth || !runsHere) return;
      for (const run of runs) reach[run.axis] += run.stride * (run.extent - 1);
    });
    return reach;
  }

  /** What the readers inside the first `level` loops need of each spatial axis. */
  #needed(index, level, withThreads, isLoose = false) {
    const leaf = this.#program.leaves[index];
    const need = new Array(leaf.stage.spatialCount).fill(undefined);
    this.#program.leaves.forEach((reader, readerIndex) => {
      if (reader === leaf || !sameLoops(reader, leaf, Math.max(level, leaf.attachDepth))) return;
      for (const access of reader.accesses) {
        if (access.isWrite || access.producer !== leaf.stage.name) continue;
        const scope = scopeOf(reader, this.axes(readerIndex, level, withThreads));
        const isShared = leaf.scope === 'shared';
        const visit = isLoose
          ? scopeOf(reader, this.axes(readerIndex, leaf.attachDepth, isShared))
          : undefined;
        access.expressions.forEach((expression, axis) => {
          const range = interval(expression, scope, visit);
          need[axis] = need[axis] === undefined ? range : union(need[axis], range);
        });
      }
    });
    return need;
  }
}

function sameLoops(reader, leaf, level) {
  for (let i = 0; i < level; i++) if (reader.path[i] !== leaf.path[i]) return false;
  return true;
}

function isBound(annotation) {
  return annotation.startsWith('blockIdx') || isThread(annotation);
}

function isThread(annotation) {
  return annotation === 'vthread' || annotation.startsWith('threadIdx');
}

function scopeOf(leaf, ranges) {
  return new Map(leaf.stage.axisNames.map((name, axis) => [name, ranges[axis]]));
}

/** [least, greatest] value of an index expression, as TVM's `const_int_bound` finds it. */
function interval(node, scope, visit) {
  switch (node.kind) {
    case 'constant':
      return [node.value, node.value];
    case 'axis':
      return scope.get(node.name) ?? [0, 0];
    case 'cast':
      return interval(node.operands[0], scope, visit);
    case 'select':
      return union(
        interval(node.operands[1], scope, visit),
        interval(node.operands[2], scope, visit),
      );
    case 'binary':
      return binaryInterval(node, scope, visit);
    default:
      return [0, Number.POSITIVE_INFINITY];
  }
}

function binaryInterval(node, scope, visit) {
  const [a, b] = interval(node.operands[0], scope, visit);
  const [c, d] = interval(node.operands[1], scope, visit);
  const corners = [a * c, a * d, b * c, b * d];
  switch (node.operator) {
    case 'add':
      return [a + c, b + d];
    case 'sub':
      return [a - d, b - c];
    case 'mul':
      return [Math.min(...corners), Math.max(...corners)];
    case 'floordiv':
    case 'truncdiv':
      return [Math.floor(a / d), Math.floor(b / c)];
    case 'floormod':
    case 'truncmod':
      if (a >= 0 && b < c) return [a, b];
      if (visit !== undefined && width(interval(node.operands[0], visit)) < c) {
        return [a - c * Math.floor(b / c), b - c * Math.floor(a / c)];
      }
      return [0, d - 1];
    case 'min':
      return [Math.min(a, c), Math.min(b, d)];
    case 'max':
      return [Math.max(a, c), Math.max(b, d)];
    default:
      return [0, Number.POSITIVE_INFINITY];
  }
}

function width([low, high]) {
  return high - low;
}

function union([a, b], [c, d]) {
  return [Math.min(a, c), Math.max(b, d)];
}

function reduces(loop, leaf) {
  return loop.runs.some((run) => run.axis >= leaf.stage.spatialCount);
}

function elementBytes(tensors, origin) {
  return dtypeBytes(tensors.get(origin)?.dtype ?? 'float32') ?? 4;
}

function product(loops) {
  return loops.reduce((total, loop) => total * loop.extent, 1);
}

module.exports = { rowsOfProgram };
