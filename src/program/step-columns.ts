/**
 * Transform steps as columns of numbers, reused from program to program. TVM's own
 * way of writing them is scanned without building a tree; any other JSON goes
 * through `transform-steps.ts`, which also words the errors.
 */
import { growTo } from './grow';
import { limits } from './limits';
import { parseTransformSteps, type TransformStep } from './transform-steps';

/** Kinds by number, in the order of this list. */
export const stepKinds = Object.freeze([
  'annotate',
  'fuse',
  'pragma',
  'reorder',
  'split',
  'follow-split',
  'follow-fused-split',
  'storage-align',
  'compute-at',
  'inline',
  'root',
  'cache-read',
  'cache-write',
  'rfactor',
  'unknown',
] as const);

export const StepKind = Object.freeze({
  annotate: 0,
  fuse: 1,
  pragma: 2,
  reorder: 3,
  split: 4,
  followSplit: 5,
  followFusedSplit: 6,
  storageAlign: 7,
  computeAt: 8,
  inline: 9,
  root: 10,
  cacheRead: 11,
  cacheWrite: 12,
  rfactor: 13,
  unknown: 14,
});

/** Memory scopes by number: caches name them by text. */
export const scopeNames = Object.freeze(['global', 'shared', 'local'] as const);

export class StepColumns {
  count = 0;
  /** Index into `stepKinds`. */
  kind = new Uint8Array(64);
  stage = new Int32Array(64);
  /**
   * By kind: `first` is the iterator (annotate, split, follow splits, rfactor) or the target
   * stage (compute-at); `second` the annotation, the source step, the split count's source, the
   * iterator of the target, the factor axis or the level; `third` the split count or a flag.
   * `third` of a pragma is its auto_unroll_max_step, -1 for another pragma; `first` of a cache
   * its scope.
   */
  first = new Int32Array(64);
  second = new Int32Array(64);
  third = new Float64Array(64);
  /** count + 1 entries: the list of step i is `list` from `listStart[i]` to `listStart[i + 1]`. */
  listStart = new Int32Array(65);
  /** Lengths, iterators, order, readers, source steps. */
  list = new Float64Array(512);
  #listLength = 0;

  /** Throws INVALID_ARGUMENT, naming the step, for what is not a list of TVM's steps. */
  read(text: string, allowUnknown: boolean): void {
    this.#reset();
    if (text.length <= limits.maxTextLength && this.#scan(text)) return;
    this.#reset();
    for (const step of parseTransformSteps(text, allowUnknown)) this.#add(step);
  }

  #reset(): void {
    this.count = 0;
    this.#listLength = 0;
  }

  /** False for anything out of the ordinary: nothing is decided here, only read fast. */
  #scan(text: string): boolean {
    const end = text.length;
    let at = 0;
    if (text.charCodeAt(at++) !== OPEN) return false;
    if (text.charCodeAt(at) === CLOSE) return at + 1 === end;
    for (;;) {
      at = this.#scanStep(text, at);
      if (at < 0) return false;
      const next = text.charCodeAt(at++);
      if (next === CLOSE) return at === end;
      if (next !== COMMA) return false;
      if (text.charCodeAt(at) === SPACE) at++;
    }
  }

  /** Reads `["SP", 2, 0, 512, [4, 2, 16], 1]`; returns the place behind it, -1 where it is odd. */
  #scanStep(text: string, start: number): number {
    if (text.charCodeAt(start) !== OPEN || text.charCodeAt(start + 1) !== QUOTE) return -1;
    let at = start + 2;
    let name = 0;
    for (let letter = text.charCodeAt(at); letter !== QUOTE; letter = text.charCodeAt(at)) {
      if (letter < 65 || letter > 90) return -1;
      name = (name * 32 + (letter - 64)) | 0;
      if (++at > start + 6) return -1;
    }
    at += 1;
    scalarCount = 0;
    stringStart = -1;
    const listStart = this.#listLength;
    let lists = 0;
    for (let next = text.charCodeAt(at); next !== CLOSE; next = text.charCodeAt(at)) {
      if (next !== COMMA) return -1;
      at += 1;
      if (text.charCodeAt(at) === SPACE) at++;
      const opening = text.charCodeAt(at);
      if (opening === OPEN) {
        if (++lists > 1) return -1;
        at = this.#scanList(text, at + 1);
        if (at < 0) return -1;
      } else if (opening === QUOTE) {
        if (stringStart >= 0) return -1;
        stringStart = at + 1;
        stringEnd = text.indexOf('"', stringStart);
        if (stringEnd < 0) return -1;
        at = stringEnd + 1;
      } else {
        at = scanInteger(text, at);
        if (at < 0 || scalarCount === scalars.length) return -1;
        scalars[scalarCount++] = scanned;
      }
    }
    return this.#push(name, text, lists, listStart) ? at + 1 : -1;
  }

  #scanList(text: string, start: number): number {
    let at = start;
    if (text.charCodeAt(at) === CLOSE) return at + 1;
    for (;;) {
      at = scanInteger(text, at);
      if (at < 0) return -1;
      if (this.#listLength === this.list.length)
        this.list = growTo(this.list, this.#listLength + 1);
      this.list[this.#listLength++] = scanned;
      const next = text.charCodeAt(at++);
      if (next === CLOSE) return at;
      if (next !== COMMA) return -1;
      if (text.charCodeAt(at) === SPACE) at++;
    }
  }

  /** Adds what was scanned if it has the form of its kind. */
  #push(name: number, text: string, lists: number, listStart: number): boolean {
    const form = forms.get(name);
    if (form === undefined || scalarCount !== form.scalars || lists !== form.lists) return false;
    if (stringStart >= 0 !== form.hasText) return false;
    const { kind } = form;
    let first = scalars[1] as number;
    let second = scalars[2] as number;
    let third = scalars[3] as number;
    if (kind === StepKind.split) {
      for (let i = listStart; i < this.#listLength; i++) {
        if ((this.list[i] as number) < 1) return false;
      }
    } else if (kind === StepKind.followSplit) {
      if (third < 1) return false;
    } else if (kind === StepKind.pragma) {
      third = unrollOf(text, stringStart, stringEnd);
    } else if (kind === StepKind.cacheRead || kind === StepKind.cacheWrite) {
      first = scopeOf(text, stringStart, stringEnd);
      second = 0;
    }
    this.#append(kind, scalars[0] as number, first, second, third);
    return true;
  }

  #append(kind: number, stage: number, first: number, second: number, third: number): void {
    const i = this.count;
    if (i === this.kind.length) {
      this.kind = growTo(this.kind, i + 1);
      this.stage = growTo(this.stage, i + 1);
      this.first = growTo(this.first, i + 1);
      this.second = growTo(this.second, i + 1);
      this.third = growTo(this.third, i + 1);
      this.listStart = growTo(this.listStart, this.kind.length + 1);
    }
    this.kind[i] = kind;
    this.stage[i] = stage;
    this.first[i] = first;
    this.second[i] = second;
    this.third[i] = third;
    this.listStart[i + 1] = this.#listLength;
    this.count = i + 1;
  }

  #add(step: TransformStep): void {
    const [list, first, second, third] = columnsOf(step);
    this.list = growTo(this.list, this.#listLength + list.length);
    for (const value of list) this.list[this.#listLength++] = value;
    this.#append(stepKinds.indexOf(step.kind), step.stage, first, second, third);
  }
}

const none: readonly number[] = Object.freeze([]);

/** List, first, second and third column of a step. */
function columnsOf(step: TransformStep): readonly [readonly number[], number, number, number] {
  switch (step.kind) {
    case 'annotate':
      return [none, step.iterator, step.annotation, 0];
    case 'fuse':
      return [step.iterators, 0, 0, 0];
    case 'pragma':
      return [none, step.iterator, 0, unrollOf(step.pragma, 0, step.pragma.length)];
    case 'reorder':
      return [step.order, 0, 0, 0];
    case 'split':
      return [step.lengths, step.iterator, 0, Number(step.innerToOuter)];
    case 'follow-split':
      return [none, step.iterator, step.sourceStep, step.splitCount];
    case 'follow-fused-split':
      return [step.sourceSteps, step.iterator, step.level, Number(step.factor)];
    case 'storage-align':
      return [none, step.iterator, step.factor, step.offset];
    case 'compute-at':
      return [none, step.target, step.iterator, 0];
    case 'cache-read':
      return [step.readers, scopeOf(step.scope, 0, step.scope.length), 0, 0];
    case 'cache-write':
      return [none, scopeOf(step.scope, 0, step.scope.length), 0, 0];
    case 'rfactor':
      return [none, step.iterator, step.factorIterator, 0];
    default:
      return [none, 0, 0, 0];
  }
}

const OPEN = 91;
const CLOSE = 93;
const COMMA = 44;
const SPACE = 32;
const QUOTE = 34;

// Scratch of one step: modules are not shared by threads.
const scalars = new Float64Array(6);
let scalarCount = 0;
let scanned = 0;
let stringStart = -1;
let stringEnd = -1;

/** Reads digits or null (as -1) into `scanned`; returns the place behind, -1 where there are none. */
function scanInteger(text: string, start: number): number {
  let at = start;
  let value = 0;
  for (let digit = text.charCodeAt(at); digit >= 48 && digit <= 57; digit = text.charCodeAt(at)) {
    value = value * 10 + (digit - 48);
    if (++at > start + 9) return -1;
  }
  if (at === start) {
    if (!text.startsWith('null', at)) return -1;
    scanned = -1;
    return at + 4;
  }
  scanned = value;
  return at;
}

interface StepForm {
  readonly kind: number;
  /** Numbers outside the list, the stage included. */
  readonly scalars: number;
  readonly lists: number;
  readonly hasText: boolean;
}

function codeOf(name: string): number {
  let code = 0;
  for (let i = 0; i < name.length; i++) code = (code * 32 + (name.charCodeAt(i) - 64)) | 0;
  return code;
}

function form(name: string, kind: number, count: number, lists = 0, hasText = false) {
  return [codeOf(name), { kind, scalars: count, lists, hasText }] as const;
}

const forms: ReadonlyMap<number, StepForm> = new Map([
  form('AN', StepKind.annotate, 3),
  form('FU', StepKind.fuse, 1, 1),
  form('PR', StepKind.pragma, 2, 0, true),
  form('RE', StepKind.reorder, 1, 1),
  form('SP', StepKind.split, 4, 1),
  form('FSP', StepKind.followSplit, 4),
  form('FFSP', StepKind.followFusedSplit, 4, 1),
  form('SA', StepKind.storageAlign, 4),
  form('CA', StepKind.computeAt, 3),
  form('CI', StepKind.inline, 1),
  form('CR', StepKind.root, 1),
  form('CHR', StepKind.cacheRead, 1, 1, true),
  form('CHW', StepKind.cacheWrite, 1, 0, true),
  form('RF', StepKind.rfactor, 3),
]);

const unrollMark = 'auto_unroll_max_step$';

/** The bound of an unroll pragma, -1 for any other pragma. */
function unrollOf(text: string, start: number, end: number): number {
  if (!text.startsWith(unrollMark, start)) return -1;
  const at = scanInteger(text, start + unrollMark.length);
  return at === end ? scanned : -1;
}

function scopeOf(text: string, start: number, end: number): number {
  const scope = text.slice(start, end);
  return scope === 'shared' ? 1 : scope === 'local' ? 2 : 0;
}
