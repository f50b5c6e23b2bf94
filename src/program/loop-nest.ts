/**
 * Reads the loop nest that TVM prints for a state, line by line, in pre-order:
 * marks (`matmul auto_unroll: 64`), loops (`parallel i.0@j.0@ (0,8)`) and leaves
 * (`matmul = ...`). TVM leaves out loops of one iteration.
 */
import { invalidArgument } from '../errors';
import { limits } from './limits';

/** In the order of TVM's IteratorAnnotation, whose numbers the transform steps carry. */
export const annotations = Object.freeze([
  'for',
  'unroll',
  'vectorize',
  'parallel',
  'vthread',
  'blockIdx.x',
  'threadIdx.x',
  'blockIdx.y',
  'threadIdx.y',
  'blockIdx.z',
  'threadIdx.z',
  'tensorize',
] as const);

export type Annotation = (typeof annotations)[number];

const annotationNames: ReadonlySet<string> = new Set(annotations);

export interface PrintedLoop {
  readonly annotation: Annotation;
  readonly name: string;
  readonly extent: number;
  /** Index of the enclosing loop in `loops`, -1 at the root. */
  readonly parent: number;
  /** Index in `leaves` of the last leaf inside: the leaf whose stage owns this loop. */
  readonly lastLeaf: number;
  /** Serial number in pre-order, loops and leaves counted together, from 0. */
  readonly serial: number;
}

export interface PrintedLeaf {
  readonly stageName: string;
  readonly serial: number;
  /** Enclosing loops, outermost first: indices in `loops`. */
  readonly path: readonly number[];
  /** From 1, for messages. */
  readonly lineNumber: number;
}

export interface LoopNest {
  readonly loops: readonly PrintedLoop[];
  readonly leaves: readonly PrintedLeaf[];
  /** Largest number of unrolled statements that the pragma allows, by stage name. */
  readonly autoUnrollMaxStep: ReadonlyMap<string, number>;
}

/**
 * Throws INVALID_ARGUMENT with the line's number and text where the text is not
 * a loop nest of TVM.
 */
export function parseLoopNest(text: string): LoopNest {
  if (text.length > limits.maxTextLength) {
    throw invalidArgument(
      `loop_nest: ${text.length} characters, at most ${limits.maxTextLength} are read`,
    );
  }
  const lines = text.split('\n');
  if (lines.length > limits.maxLoopNestLines) {
    throw invalidArgument(
      `loop_nest: ${lines.length} lines, at most ${limits.maxLoopNestLines} are read`,
    );
  }
  const loops: { -readonly [K in keyof PrintedLoop]: PrintedLoop[K] }[] = [];
  const leaves: PrintedLeaf[] = [];
  const autoUnrollMaxStep = new Map<string, number>();
  const open: number[] = [];
  let serial = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const indent = indentation(line);
    if (indent === line.length || line.startsWith('Placeholder:')) continue;
    const depth = indent / 2;
    if (!Number.isInteger(depth) || depth > open.length) {
      throw unreadable(i, line, `an indentation of at most ${open.length * 2} spaces, in twos`);
    }
    open.length = depth;
    if (line.endsWith(' = ...')) {
      const leaf = leaves.length;
      for (const loop of open) (loops[loop] as { lastLeaf: number }).lastLeaf = leaf;
      const stageName = line.slice(indent, -' = ...'.length);
      leaves.push({ stageName, serial: serial++, path: open.slice(), lineNumber: i + 1 });
      continue;
    }
    if (line.endsWith(')')) {
      const parent = open.length === 0 ? -1 : (open[open.length - 1] as number);
      open.push(loops.length);
      loops.push({ ...parseLoop(line, indent, i), parent, lastLeaf: -1, serial: serial++ });
      continue;
    }
    const mark = /^\s*(\S+) (auto_unroll|storage_offset): (\d+)$/.exec(line);
    if (mark === null) throw unreadable(i, line, 'a loop, a leaf or an auto_unroll mark');
    if (mark[2] === 'auto_unroll') autoUnrollMaxStep.set(mark[1] as string, Number(mark[3]));
  }
  if (leaves.length === 0) {
    throw invalidArgument('loop_nest: no leaf (`stage = ...`) in it; send what str(state) prints');
  }
  const empty = loops.findIndex((loop) => loop.lastLeaf < 0);
  if (empty >= 0) {
    throw invalidArgument(`loop_nest: loop "${loops[empty]?.name}" encloses no leaf`);
  }
  return { loops, leaves, autoUnrollMaxStep };
}

function indentation(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent++;
  return indent;
}

/** `annotation name (min,extent)`; the minimum may hold spaces, commas and brackets. */
function parseLoop(
  line: string,
  indent: number,
  index: number,
): Pick<PrintedLoop, 'annotation' | 'name' | 'extent'> {
  const afterAnnotation = line.indexOf(' ', indent);
  const annotation = line.slice(indent, afterAnnotation);
  if (!annotationNames.has(annotation)) {
    throw unreadable(index, line, `one of ${annotations.join(', ')} in front`);
  }
  const open = line.indexOf(' (', afterAnnotation + 1);
  const comma = line.lastIndexOf(',');
  const extentText = line.slice(comma + 1, -1).trim();
  const extent = Number(extentText);
  const isCount = extentText !== '' && Number.isInteger(extent);
  if (open < 0 || comma < open || !isCount || extent < 1 || extent > limits.maxExtent) {
    throw unreadable(index, line, `(minimum,extent) with an extent of 1 to ${limits.maxExtent}`);
  }
  return {
    annotation: annotation as Annotation,
    name: line.slice(afterAnnotation + 1, open),
    extent,
  };
}

function unreadable(index: number, line: string, expected: string): Error {
  const shown = line.trim().slice(0, 120);
  return invalidArgument(`loop_nest line ${index + 1}: "${shown}", expected ${expected}`);
}
