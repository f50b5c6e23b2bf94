/**
 * Loops and footprints of one leaf, level by level: level l means that the loops
 * from l inwards run while those outside stand still. One record is filled again
 * and again: its columns grow to the largest leaf seen and are then reused.
 */
import type { CompactProgram, ProgramLeaf } from '../program';
import { threadLoops, vthreadLoop } from './annotation-code';
import type { AccessProfile, StageProfile } from './stage-profile';

/** Columns with one entry a loop, outermost first, unless they say otherwise. */
export interface LeafGeometry {
  leaf: ProgramLeaf;
  profile: StageProfile;
  /** Loops around the leaf. */
  levels: number;
  /** How many of them belong to other stages. */
  attachDepth: number;
  autoUnrollMaxStep: number;
  iterations: number;
  /** Codes of annotations. */
  annotation: Uint8Array;
  /** Iterations; 1 where the leaf does not take part in the loop, see `effectiveExtents`. */
  extent: Float64Array;
  /** Axis that the loop's next step moves; -1 for loops of other stages. */
  stepAxis: Int32Array;
  /** Elements by which it moves it. */
  stepStride: Float64Array;
  /** 1 where the loop moves a reduction axis; loops of other stages never do. */
  reduces: Uint8Array;
  /** levels + 1 entries: iterations of the loops from the level inwards; the last is 1. */
  iterationsInside: Float64Array;
  /** levels + 1 entries: bytes of all footprints together. */
  workingSetBytes: Float64Array;
  /**
   * Footprints: entry access × (levels + 1) + level, accesses in the profile's order. What
   * one access touches at the level: elements, each once.
   */
  elements: Float64Array;
  /** Cache lines, each once. */
  lines: Float64Array;
  /** Elements in a row in memory. */
  runs: Float64Array;
  /** Axes whose span a level's loop changes, as bits `axis % 32`; levels + 1 entries. */
  changedAxes: Int32Array;
}

const levelCapacity = 24;

export function createLeafGeometry(): LeafGeometry {
  return {
    leaf: undefined as unknown as ProgramLeaf,
    profile: undefined as unknown as StageProfile,
    levels: 0,
    attachDepth: 0,
    autoUnrollMaxStep: 0,
    iterations: 1,
    ...levelColumns(levelCapacity),
    ...footprintColumns(4 * levelCapacity),
  };
}

function levelColumns(capacity: number) {
  return {
    annotation: new Uint8Array(capacity),
    extent: new Float64Array(capacity),
    stepAxis: new Int32Array(capacity),
    stepStride: new Float64Array(capacity),
    reduces: new Uint8Array(capacity),
    iterationsInside: new Float64Array(capacity),
    workingSetBytes: new Float64Array(capacity),
    changedAxes: new Int32Array(capacity),
  };
}

function footprintColumns(capacity: number) {
  return {
    elements: new Float64Array(capacity),
    lines: new Float64Array(capacity),
    runs: new Float64Array(capacity),
  };
}

/** Fills `geometry` with leaf `index` of the program. */
export function measureLeaf(
  geometry: LeafGeometry,
  program: CompactProgram,
  index: number,
  profile: StageProfile,
  cacheLineBytes: number,
): void {
  const leaf = program.leaves[index] as ProgramLeaf;
  const firstPath = program.leafFirstPath[index] as number;
  const levels = (program.leafFirstPath[index + 1] as number) - firstPath;
  geometry.leaf = leaf;
  geometry.profile = profile;
  geometry.levels = levels;
  geometry.attachDepth = program.leafAttachDepth[index] as number;
  geometry.autoUnrollMaxStep = program.leafAutoUnroll[index] as number;
  if (geometry.extent.length <= levels) Object.assign(geometry, levelColumns(2 * levels));
  const entries = profile.accesses.length * (levels + 1);
  if (geometry.elements.length < entries) Object.assign(geometry, footprintColumns(2 * entries));
  readLoops(geometry, program, firstPath);
  effectiveExtents(geometry);
  countIterations(geometry);
  compareSpans(geometry, program, index);
  geometry.workingSetBytes.fill(0, 0, levels + 1);
  const firstSpan = program.leafFirstSpan[index] as number;
  for (let access = 0; access < profile.accesses.length; access++) {
    measureAccess(geometry, access, program.spans, firstSpan, cacheLineBytes);
  }
}

function readLoops(geometry: LeafGeometry, program: CompactProgram, firstPath: number): void {
  const { levels, attachDepth, annotation, extent, stepAxis, stepStride, reduces } = geometry;
  const { spatialCount } = geometry.leaf.stage;
  for (let level = 0; level < levels; level++) {
    const loop = program.path[firstPath + level] as number;
    annotation[level] = program.loopAnnotation[loop] as number;
    extent[level] = program.loopExtent[loop] as number;
    stepAxis[level] = -1;
    stepStride[level] = 0;
    reduces[level] = 0;
    if (level < attachDepth) continue;
    const afterRuns = program.loopFirstRun[loop + 1] as number;
    for (let run = program.loopFirstRun[loop] as number; run < afterRuns; run++) {
      const axis = program.runAxis[run] as number;
      if (axis >= spatialCount) reduces[level] = 1;
      stepAxis[level] = axis;
      stepStride[level] = program.runStride[run] as number;
    }
  }
}

/**
 * A copy into shared memory binds the threads of the block anew and serves all
 * virtual threads at once: the loops of its consumer over the same threads do
 * not repeat it.
 */
function effectiveExtents(geometry: LeafGeometry): void {
  const { levels, attachDepth, annotation, extent } = geometry;
  let own = 0;
  for (let level = attachDepth; level < levels; level++) own |= 1 << (annotation[level] as number);
  let shared = own & threadLoops;
  if (geometry.leaf.scope === 'shared') shared |= 1 << vthreadLoop;
  if (shared === 0) return;
  for (let level = 0; level < attachDepth; level++) {
    if (((shared >> (annotation[level] as number)) & 1) === 1) extent[level] = 1;
  }
}

function countIterations(geometry: LeafGeometry): void {
  const { levels, extent, iterationsInside } = geometry;
  let iterations = 1;
  iterationsInside[levels] = 1;
  for (let level = levels - 1; level >= 0; level--) {
    iterations *= extent[level] as number;
    iterationsInside[level] = iterations;
  }
  geometry.iterations = iterations;
}

/** What a level shares with the level inside it need not be measured again. */
function compareSpans(geometry: LeafGeometry, program: CompactProgram, index: number): void {
  const { levels, changedAxes } = geometry;
  const { spans } = program;
  const axes = geometry.leaf.axisExtents.length;
  let at = (program.leafFirstSpan[index] as number) + levels * axes;
  changedAxes[levels] = -1;
  for (let level = levels - 1; level >= 0; level--) {
    at -= axes;
    let changed = 0;
    for (let axis = 0; axis < axes; axis++) {
      if (spans[at + axis] !== spans[at + axes + axis]) changed |= 1 << axis;
    }
    changedAxes[level] = changed;
  }
}

/** Distinct values and largest minus smallest of each dimension of the access at hand. */
let counts = new Float64Array(16);
let widths = new Float64Array(16);

/** What the access at hand touches at a level, apart from how often the level runs. */
const touched = { elements: 1, run: 1, spread: 1 };

function measureAccess(
  geometry: LeafGeometry,
  access: number,
  spans: Float64Array,
  firstSpan: number,
  cacheLineBytes: number,
): void {
  const { levels, iterationsInside, workingSetBytes, changedAxes } = geometry;
  const { elements, lines, runs } = geometry;
  const profile = geometry.profile.accesses[access] as AccessProfile;
  const { elementBytes, axisMask } = profile;
  const axes = geometry.leaf.axisExtents.length;
  const first = access * (levels + 1);
  let unique = 0;
  let run = 0;
  let lineCount = 0;
  for (let level = levels; level >= 0; level--) {
    const changed = changedAxes[level] as number;
    const isChanged = level === levels || (changed & axisMask) !== 0;
    if (isChanged) {
      measureIndices(profile, changed, spans, firstSpan + level * axes);
      combineDimensions(profile, cacheLineBytes);
    }
    // What the iterations inside limited may grow with them.
    if (isChanged || unique < touched.elements) {
      unique = Math.min(touched.elements, iterationsInside[level] as number);
      run = Math.min(touched.run, unique);
      const runBytes = run * elementBytes * touched.spread;
      lineCount = (unique / run) * Math.ceil(runBytes / cacheLineBytes);
    }
    const at = first + level;
    elements[at] = unique;
    runs[at] = run;
    lines[at] = lineCount;
    workingSetBytes[level] = (workingSetBytes[level] as number) + unique * elementBytes;
  }
}

/** Fills `touched` from `counts` and `widths`. */
function combineDimensions(profile: AccessProfile, cacheLineBytes: number): void {
  const { shape, elementBytes } = profile;
  let elements = 1;
  let run = 1;
  let spread = 1;
  let isWholeSoFar = true;
  for (let d = shape.length - 1; d >= 0; d--) {
    const dimension = shape[d] as number;
    const count = Math.min(counts[d] as number, dimension);
    elements *= count;
    if (!isWholeSoFar) continue;
    const width = Math.min((widths[d] as number) + 1, dimension);
    if (width > count) {
      // Touched with gaps: every element is a run, some share a line.
      spread = Math.min(width / count, cacheLineBytes / elementBytes);
      isWholeSoFar = false;
    } else {
      run *= count;
      isWholeSoFar = count === dimension;
    }
  }
  touched.elements = elements;
  touched.run = run;
  touched.spread = spread;
}

/** Renews `counts` and `widths` of the dimensions that depend on the changed axes; all for -1. */
function measureIndices(
  profile: AccessProfile,
  changed: number,
  spans: Float64Array,
  offset: number,
): void {
  const { first, axes, coefficients, masks, isSum } = profile.terms;
  const dimensions = masks.length;
  if (dimensions > counts.length) {
    counts = new Float64Array(2 * dimensions);
    widths = new Float64Array(2 * dimensions);
  }
  for (let d = 0; d < dimensions; d++) {
    if (changed !== -1 && ((masks[d] as number) & changed) === 0) continue;
    if (isSum[d] === 0) {
      const index = profile.access.indices[d] as (typeof profile.access.indices)[number];
      counts[d] = index.count(spans, offset);
      widths[d] = index.width(spans, offset);
      continue;
    }
    const end = first[d + 1] as number;
    let term = first[d] as number;
    let count = 1;
    let width = 0;
    if (term < end) {
      count = spans[offset + (axes[term] as number)] as number;
      width = (coefficients[term] as number) * (count - 1);
    }
    for (term += 1; term < end; term++) {
      const span = spans[offset + (axes[term] as number)] as number;
      width += (coefficients[term] as number) * (span - 1);
      count = Math.min(count * span, width + 1);
    }
    counts[d] = count;
    widths[d] = width;
  }
}

/** Elements by which an access moves in memory when a loop steps once; 0 for loops of other stages. */
export function loopStride(geometry: LeafGeometry, level: number, access: AccessProfile): number {
  const axis = geometry.stepAxis[level] as number;
  if (axis < 0) return 0;
  return Math.abs((access.axisStrides[axis] as number) * (geometry.stepStride[level] as number));
}

/** Bytes that a leaf writes between two visits of its consumer. */
export function allocationBytes({ profile, attachDepth, elements }: LeafGeometry): number {
  // The first access is the write.
  if (profile.accesses.length === 0) return 0;
  return (elements[attachDepth] as number) * profile.elementBytes;
}
