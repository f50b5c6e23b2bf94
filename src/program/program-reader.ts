/**
 * Program source → compact AST. The text gives loops and extents; the steps say
 * which axes each loop runs over; the DAG says what the leaves compute.
 */
import { invalidArgument } from '../errors';
import { accessesOf, type TensorAccess } from './accesses';
import type { CompactProgram, ProgramLeaf } from './compact-program';
import { type AxisRun, axisRuns, type Iterator } from './iterator';
import { leafStages } from './leaf-order';
import {
  annotations,
  type LoopNest,
  type PrintedLeaf,
  type PrintedLoop,
  parseLoopNest,
} from './loop-nest';
import type { ProgramSource } from './measured-record';
import { replaySchedule } from './replay-schedule';
import type { Schedule, ScheduledStage } from './schedule';
import { applyDagEdits, type ScheduledDag, type StageComputation } from './scheduled-dag';
import type { Task } from './task';
import { parseTransformSteps } from './transform-steps';

export interface ProgramReader {
  /** Throws INVALID_ARGUMENT with line or step and the reason for what it cannot read. */
  read(source: ProgramSource): CompactProgram;
}

/** Distinct sets of DAG edits that one task's programs show; sketches make a handful. */
const maxCachedDags = 64;

interface CachedDag {
  readonly computations: ScheduledDag;
  readonly accesses: ReadonlyMap<string, readonly TensorAccess[]>;
}

export function createProgramReader(task: Task): ProgramReader {
  const cache = new Map<string, CachedDag>();
  const dagOf = (schedule: Schedule): CachedDag => {
    const key = JSON.stringify(schedule.edits);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const computations = applyDagEdits(task.stages, schedule.edits);
    const accesses = new Map(
      [...computations.values()].map((stage) => [stage.name, accessesOf(stage, computations)]),
    );
    const made = { computations, accesses };
    if (cache.size >= maxCachedDags) cache.delete(cache.keys().next().value as string);
    cache.set(key, made);
    return made;
  };
  return {
    read(source) {
      if (source.loopNest === '' || source.transformSteps === '') {
        const missing = source.loopNest === '' ? 'loop_nest' : 'transform_steps';
        throw invalidArgument(
          `program.${missing}: empty; send both texts, one alone is not read yet`,
        );
      }
      const nest = parseLoopNest(source.loopNest);
      const schedule = replaySchedule(task.stages, parseTransformSteps(source.transformSteps));
      return new Assembly(nest, schedule, dagOf(schedule)).program();
    },
  };
}

/** A leaf in the making. */
interface Draft {
  readonly printed: PrintedLeaf;
  readonly stage: ScheduledStage;
  readonly computation: StageComputation;
  readonly accesses: readonly TensorAccess[];
  /** Position in the path of the first loop that the stage owns. */
  readonly attachDepth: number;
  spans: Float64Array;
}

class Assembly {
  readonly #nest: LoopNest;
  readonly #drafts: readonly Draft[];
  readonly #taken = new Set<ScheduledStage>();
  readonly #runs: (readonly AxisRun[])[];
  readonly #dag: CachedDag;
  readonly #stageNames: readonly string[];

  constructor(nest: LoopNest, schedule: Schedule, dag: CachedDag) {
    this.#nest = nest;
    this.#dag = dag;
    this.#stageNames = schedule.stages.map((stage) => stage.name);
    this.#runs = new Array(nest.loops.length);
    const stages = leafStages(schedule);
    this.#drafts = nest.leaves.map((printed, index) => this.#draft(printed, index, stages));
    // Consumers come after their producers in TVM's order: settle them first.
    const order = new Map(schedule.stages.map((stage, index) => [stage.name, index]));
    const sorted = this.#drafts
      .slice()
      .sort((a, b) => (order.get(b.stage.name) as number) - (order.get(a.stage.name) as number));
    for (const draft of sorted) this.#settle(draft);
  }

  program(): CompactProgram {
    const { loops } = this.#nest;
    const leaves = this.#drafts;
    const runs = this.#runs.flat();
    const firstRun = Int32Array.of(0, ...loops.map(() => 0));
    loops.forEach((_, i) => {
      firstRun[i + 1] = (firstRun[i] as number) + (this.#runs[i] as readonly AxisRun[]).length;
    });
    const firstPath = Int32Array.of(0, ...leaves.map(() => 0));
    const firstSpan = Int32Array.of(0, ...leaves.map(() => 0));
    leaves.forEach((draft, i) => {
      firstPath[i + 1] = (firstPath[i] as number) + draft.printed.path.length;
      firstSpan[i + 1] = (firstSpan[i] as number) + draft.spans.length;
    });
    const numbers = new Map(this.#stageNames.map((name, index) => [name, index]));
    const leafOfStage = new Int32Array(numbers.size).fill(-1);
    leaves.forEach((draft, i) => {
      leafOfStage[numbers.get(draft.stage.name) as number] = i;
    });
    return {
      loopCount: loops.length,
      loopAnnotation: Uint8Array.from(loops, (loop) => annotations.indexOf(loop.annotation)),
      loopExtent: Float64Array.from(loops, (loop) => loop.extent),
      loopSerial: Int32Array.from(loops, (loop) => loop.serial),
      loopLeaf: Int32Array.from(loops, (loop) => loop.lastLeaf),
      loopFirstRun: firstRun,
      loopIsExact: Uint8Array.from(loops, (loop, i) =>
        Number(
          (this.#runs[i] as readonly AxisRun[]).reduce((n, run) => n * run.extent, 1) ===
            loop.extent,
        ),
      ),
      runAxis: Int32Array.from(runs, (run) => run.axis),
      runExtent: Float64Array.from(runs, (run) => run.extent),
      runStride: Float64Array.from(runs, (run) => run.stride),
      leafCount: leaves.length,
      leaves: leaves.map((draft): ProgramLeaf => {
        const producers = draft.accesses.map(({ isWrite, producer }) =>
          isWrite ? -1 : (numbers.get(producer) ?? -1),
        );
        return {
          stage: draft.computation,
          accesses: draft.accesses,
          producerStages: Int32Array.from(producers),
          scope: draft.stage.scope,
          axisExtents: draft.stage.axes.map((axis) => axis.extent),
        };
      }),
      leafSerial: Int32Array.from(leaves, (draft) => draft.printed.serial),
      leafFirstPath: firstPath,
      path: Int32Array.from(leaves.flatMap((draft) => draft.printed.path)),
      leafAttachDepth: Int32Array.from(leaves, (draft) => draft.attachDepth),
      leafFirstSpan: firstSpan,
      spans: Float64Array.from(leaves.flatMap((draft) => Array.from(draft.spans))),
      leafAutoUnroll: Float64Array.from(leaves, (draft) => draft.stage.autoUnrollMaxStep),
      leafOfStage,
    };
  }

  #draft(
    printed: PrintedLeaf,
    index: number,
    stages: ReadonlyMap<string, readonly ScheduledStage[]>,
  ): Draft {
    const candidates = stages.get(printed.stageName);
    const stage = candidates?.find((candidate) => !this.#taken.has(candidate));
    const computation = this.#dag.computations.get(stage?.name ?? '');
    if (stage === undefined || computation === undefined) {
      const reason =
        candidates === undefined
          ? 'is inlined or not made by the steps'
          : `stands there more than ${candidates.length} times`;
      throw invalidArgument(
        `loop_nest line ${printed.lineNumber}: stage "${printed.stageName}" ${reason}`,
      );
    }
    const { path } = printed;
    let attachDepth = path.length;
    while (
      attachDepth > 0 &&
      this.#nest.loops[path[attachDepth - 1] as number]?.lastLeaf === index
    ) {
      attachDepth -= 1;
    }
    const accesses = this.#dag.accesses.get(stage.name) as readonly TensorAccess[];
    const draft = { printed, stage, computation, accesses, attachDepth, spans: emptySpans };
    this.#taken.add(stage);
    return draft;
  }

  /** Extents needed of the stage, the runs of its loops, and the spans of every level. */
  #settle(draft: Draft): void {
    const { stage, attachDepth, printed } = draft;
    const axes = stage.axes.length;
    const levels = printed.path.length;
    const spans = new Float64Array((levels + 1) * axes).fill(1);
    draft.spans = spans;
    const needed = stage.axes.map((axis) => axis.extent);
    this.#neededAt(draft, attachDepth, needed);
    this.#ownLoops(draft, needed);
    for (let level = levels - 1; level >= attachDepth; level--) {
      spans.copyWithin(level * axes, (level + 1) * axes, (level + 2) * axes);
      for (const run of this.#runs[printed.path[level] as number] as readonly AxisRun[]) {
        const at = level * axes + run.axis;
        const extent = stage.axes[run.axis]?.extent as number;
        spans[at] = Math.min((spans[at] as number) * run.extent, extent);
      }
    }
    for (let level = attachDepth - 1; level >= 0; level--) {
      spans.copyWithin(level * axes, (level + 1) * axes, (level + 2) * axes);
      const outer = stage.axes.map((axis) => axis.extent);
      this.#neededAt(draft, level, outer);
      for (let axis = 0; axis < axes; axis++) {
        const at = level * axes + axis;
        spans[at] = Math.max(spans[at] as number, outer[axis] as number);
      }
    }
  }

  /**
   * Lowers the spatial extents to what the readers inside the first `level`
   * loops of the path need in one of their iterations.
   */
  #neededAt(draft: Draft, level: number, extents: number[]): void {
    const { spatialCount } = draft.computation;
    const need = new Float64Array(spatialCount);
    for (const reader of this.#drafts) {
      if (reader === draft || reader.spans === emptySpans || !sharesLoops(draft, reader, level))
        continue;
      for (const access of reader.accesses) {
        if (access.isWrite || access.producer !== draft.stage.name) continue;
        const [spans, offset] = this.#spansOf(reader, level, draft.stage.scope === 'shared');
        for (let axis = 0; axis < spatialCount; axis++) {
          const width = access.indices[axis]?.width(spans, offset) ?? 0;
          need[axis] = Math.max(need[axis] as number, width + 1);
        }
      }
    }
    for (let axis = 0; axis < spatialCount; axis++) {
      const wanted = need[axis] as number;
      if (wanted > 0) extents[axis] = Math.min(extents[axis] as number, wanted);
    }
  }

  /**
   * Spans of a reader inside the first `level` loops. What is shared by a block
   * serves all of its threads: there the spatial axes reach as far as the
   * outermost thread or vthread loop takes them.
   */
  #spansOf(reader: Draft, level: number, isShared: boolean): [Float64Array, number] {
    const axes = reader.stage.axes.length;
    const offset = level * axes;
    const outermost = reader.printed.path.findIndex((loop) => {
      const { annotation } = this.#nest.loops[loop] as PrintedLoop;
      return annotation === 'vthread' || annotation.startsWith('threadIdx');
    });
    if (!isShared || outermost < 0 || outermost >= level) return [reader.spans, offset];
    const relaxed = reader.spans.slice(offset, offset + axes);
    relaxed.set(
      reader.spans.subarray(outermost * axes, outermost * axes + reader.computation.spatialCount),
    );
    return [relaxed, 0];
  }

  /** Finds the iterator behind each printed loop of the stage and what it runs over. */
  #ownLoops(draft: Draft, needed: readonly number[]): void {
    const { stage, printed, attachDepth } = draft;
    const memo = new Map<Iterator, readonly AxisRun[]>();
    let next = 0;
    for (let level = attachDepth; level < printed.path.length; level++) {
      const loop = printed.path[level] as number;
      const { name, extent } = this.#nest.loops[loop] as PrintedLoop;
      while (next < stage.iterators.length && stage.iterators[next]?.name !== name) next += 1;
      const iterator = stage.iterators[next];
      if (iterator === undefined) {
        throw invalidArgument(
          `loop_nest line ${printed.lineNumber}: the steps make no loop "${name}" around "${stage.name}" at this place`,
        );
      }
      next += 1;
      this.#runs[loop] = fitted(axisRuns(iterator, needed, memo), extent);
    }
  }
}

const emptySpans = new Float64Array(0);

/** Whether both stand inside the same first `level` loops. */
function sharesLoops(a: Draft, b: Draft, level: number): boolean {
  if (b.printed.path.length < level) return false;
  for (let i = 0; i < level; i++) if (a.printed.path[i] !== b.printed.path[i]) return false;
  return true;
}

/** The printed extent is what TVM's bound inference found; where one run stands behind it, it rules. */
function fitted(runs: readonly AxisRun[], extent: number): readonly AxisRun[] {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined && only.extent !== extent)
    return [{ ...only, extent }];
  return runs;
}
