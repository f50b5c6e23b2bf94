import type { CompactProgram, ProgramLeaf } from './compact-program';
import { growTo } from './grow';

/** Columns of one program, written over by the next. */
export class ProgramColumns implements CompactProgram {
  loopCount = 0;
  loopAnnotation = new Uint8Array(64);
  loopExtent = new Float64Array(64);
  loopSerial = new Int32Array(64);
  loopLeaf = new Int32Array(64);
  loopFirstRun = new Int32Array(65);
  loopIsExact = new Uint8Array(64);
  runAxis = new Int32Array(128);
  runExtent = new Float64Array(128);
  runStride = new Float64Array(128);
  leafCount = 0;
  readonly leaves: ProgramLeaf[] = [];
  leafSerial = new Int32Array(16);
  leafFirstPath = new Int32Array(17);
  path = new Int32Array(256);
  leafAttachDepth = new Int32Array(16);
  leafFirstSpan = new Int32Array(16);
  spans = new Float64Array(1024);
  leafAutoUnroll = new Float64Array(16);
  leafOfStage = new Int32Array(32);

  growLoops(count: number): void {
    this.loopAnnotation = growTo(this.loopAnnotation, count);
    this.loopExtent = growTo(this.loopExtent, count);
    this.loopSerial = growTo(this.loopSerial, count);
    this.loopLeaf = growTo(this.loopLeaf, count);
    this.loopFirstRun = growTo(this.loopFirstRun, count + 1);
    this.loopIsExact = growTo(this.loopIsExact, count);
  }

  growRuns(count: number): void {
    this.runAxis = growTo(this.runAxis, count);
    this.runExtent = growTo(this.runExtent, count);
    this.runStride = growTo(this.runStride, count);
  }

  growLeaves(count: number): void {
    this.leafSerial = growTo(this.leafSerial, count);
    this.leafFirstPath = growTo(this.leafFirstPath, count + 1);
    this.leafAttachDepth = growTo(this.leafAttachDepth, count);
    this.leafFirstSpan = growTo(this.leafFirstSpan, count);
    this.leafAutoUnroll = growTo(this.leafAutoUnroll, count);
  }
}
