/**
 * Applies transform steps to the stages of a compute DAG, as TVM's State does:
 * the iterators of every stage, their annotations, where each stage is computed,
 * and the stages that caching and rfactor add. Extents of attached stages follow
 * from their consumers and are not settled here.
 */
import { invalidArgument } from '../errors';
import { createIterator, currentIterator, type Iterator } from './iterator';
import { annotations } from './loop-nest';
import { rfactorStage } from './replay-rfactor';
import {
  createScheduledStage,
  type DagEdit,
  type MemoryScope,
  type Schedule,
  type ScheduledStage,
} from './schedule';
import type { Stage } from './task';
import type { TransformStep } from './transform-steps';

/** Throws INVALID_ARGUMENT naming the step for one that does not fit the state before it. */
export function replaySchedule(dag: readonly Stage[], steps: readonly TransformStep[]): Schedule {
  const replay = new Replay(dag, steps);
  for (const [index, step] of steps.entries()) replay.apply(step, index);
  return { stages: replay.stages, edits: replay.edits };
}

class Replay {
  readonly stages: ScheduledStage[];
  readonly edits: DagEdit[] = [];
  readonly #steps: readonly TransformStep[];
  #index = 0;

  constructor(dag: readonly Stage[], steps: readonly TransformStep[]) {
    this.#steps = steps;
    this.stages = dag.map((stage) =>
      createScheduledStage(
        stage.name,
        stage.kind,
        'global',
        [...stage.axes, ...stage.reduceAxes],
        stage.axes.length,
      ),
    );
  }

  apply(step: TransformStep, index: number): void {
    this.#index = index;
    const stage = this.#stage(step.stage);
    switch (step.kind) {
      case 'annotate': {
        const annotation = annotations[step.annotation];
        if (annotation === undefined)
          throw this.#misfit(`annotation ${step.annotation} is not known`);
        this.#iterator(stage, step.iterator).annotation = annotation;
        return;
      }
      case 'pragma': {
        const unroll = /^auto_unroll_max_step\$(\d+)$/.exec(step.pragma);
        if (unroll !== null) stage.autoUnrollMaxStep = Number(unroll[1]);
        return;
      }
      case 'storage-align':
        stage.storageAligned = true;
        return;
      case 'fuse':
        this.#fuse(stage, step.iterators);
        return;
      case 'reorder':
        this.#reorder(stage, step.order);
        return;
      case 'split':
        this.#split(stage, step.iterator, step.lengths, step.innerToOuter);
        return;
      case 'follow-split':
        this.#split(
          stage,
          step.iterator,
          this.#followedLengths(step.sourceStep, step.splitCount),
          true,
        );
        return;
      case 'follow-fused-split': {
        const length = step.sourceSteps.reduce((product, source) => {
          const lengths = this.#splitLengths(source);
          return product * (lengths[step.level] ?? 1);
        }, 1);
        this.#split(stage, step.iterator, [length], step.factor);
        return;
      }
      case 'compute-at': {
        const target = this.#stage(step.target);
        stage.location = {
          kind: 'at',
          stage: target,
          iterator: this.#iterator(target, step.iterator),
          step: this.#index,
        };
        return;
      }
      case 'inline':
        stage.location = { kind: 'inlined' };
        this.edits.push({ kind: 'inline', stage: stage.name });
        return;
      case 'root':
        stage.location = { kind: 'root' };
        return;
      case 'cache-read':
        this.#cacheRead(stage, step);
        return;
      case 'cache-write':
        this.#cacheWrite(stage, step);
        return;
      case 'rfactor': {
        const { partial, final, edit } = rfactorStage(stage, step.iterator, step.factorIterator);
        this.stages.splice(step.stage, 1, partial, final);
        this.edits.push(edit);
        return;
      }
    }
  }

  #fuse(stage: ScheduledStage, indices: readonly number[]): void {
    const first = indices[0] ?? 0;
    const parts = indices.map((index, offset) => {
      if (index !== first + offset) throw this.#misfit('fused iterators must stand side by side');
      return this.#iterator(stage, index);
    });
    const name = parts.map((part) => `${part.name}@`).join('');
    const expressionName = `${parts.map((part) => part.expressionName).join('_')}_fused`;
    const fused = createIterator(name, expressionName, { kind: 'fuse', parts });
    for (const part of parts) part.replacedBy = fused;
    stage.iterators.splice(first, parts.length, fused);
  }

  #reorder(stage: ScheduledStage, order: readonly number[]): void {
    const reordered = order.map((index) => this.#iterator(stage, index));
    if (new Set(reordered).size !== stage.iterators.length) {
      throw this.#misfit(`order has ${order.length} of ${stage.iterators.length} iterators`);
    }
    stage.iterators = reordered;
  }

  #split(
    stage: ScheduledStage,
    index: number,
    lengths: readonly number[],
    innerToOuter: boolean,
  ): void {
    const parent = this.#iterator(stage, index);
    const count = lengths.length + 1;
    const parts = Array.from({ length: count }, (_, part) =>
      createIterator(
        `${parent.name}.${part}`,
        `${parent.expressionName}${'_o'.repeat(count - 1 - part)}${part === 0 ? '' : '_i'}`,
        { kind: 'split', parent, part, lengths, innerToOuter },
      ),
    );
    parent.replacedBy = parts[parts.length - 1];
    stage.iterators.splice(index, 1, ...parts);
  }

  /** FollowSplitStep: the first lengths as they are, the last one the product of the rest. */
  #followedLengths(source: number, splitCount: number): readonly number[] {
    const lengths = this.#splitLengths(source);
    if (splitCount > lengths.length + 1) {
      throw this.#misfit(
        `follows step ${source} in ${splitCount} parts, which has ${lengths.length + 1}`,
      );
    }
    const rest = lengths.slice(splitCount - 1).reduce((product, length) => product * length, 1);
    return [...lengths.slice(0, splitCount - 1), rest];
  }

  #splitLengths(source: number): readonly number[] {
    const step = source < this.#index ? this.#steps[source] : undefined;
    if (step?.kind !== 'split')
      throw this.#misfit(`follows step ${source}, which is not an earlier split`);
    return step.lengths;
  }

  #cacheRead(stage: ScheduledStage, step: Extract<TransformStep, { kind: 'cache-read' }>): void {
    const readers = step.readers.map((reader) => this.#stage(reader).name);
    const axes = stage.axes
      .slice(0, stage.spatialCount)
      .map((axis, index) => ({ name: `ax${index}`, extent: axis.extent }));
    const cache = `${stage.name}.${step.scope}`;
    const added = createScheduledStage(
      cache,
      'compute',
      memoryScope(step.scope),
      axes,
      axes.length,
    );
    this.stages.splice(step.stage + 1, 0, added);
    this.edits.push({ kind: 'cache-read', stage: stage.name, cache, readers });
  }

  #cacheWrite(stage: ScheduledStage, step: Extract<TransformStep, { kind: 'cache-write' }>): void {
    const cache = `${stage.name}.${step.scope}`;
    const axes = stage.axes.map((axis, index) =>
      index < stage.spatialCount ? { name: `${axis.name}_c`, extent: axis.extent } : axis,
    );
    const added = createScheduledStage(
      cache,
      'compute',
      memoryScope(step.scope),
      axes,
      stage.spatialCount,
    );
    const copy = createScheduledStage(
      stage.name,
      'compute',
      stage.scope,
      stage.axes.slice(0, stage.spatialCount),
      stage.spatialCount,
    );
    copy.location = stage.location;
    this.#replaceAttachments(stage, copy);
    this.stages.splice(step.stage, 1, added, copy);
    this.edits.push({ kind: 'cache-write', stage: stage.name, cache });
  }

  #replaceAttachments(from: ScheduledStage, to: ScheduledStage): void {
    for (const stage of this.stages) {
      if (stage.location.kind !== 'at' || stage.location.stage !== from) continue;
      const index = from.iterators.indexOf(currentIterator(stage.location.iterator));
      stage.location = { ...stage.location, stage: to, iterator: this.#iterator(to, index) };
    }
  }

  #stage(index: number): ScheduledStage {
    const stage = this.stages[index];
    if (stage === undefined)
      throw this.#misfit(`stage ${index} of ${this.stages.length} does not exist`);
    return stage;
  }

  #iterator(stage: ScheduledStage, index: number): Iterator {
    const iterator = stage.iterators[index];
    if (iterator !== undefined) return iterator;
    throw this.#misfit(
      `iterator ${index} of stage "${stage.name}" does not exist (it has ${stage.iterators.length})`,
    );
  }

  #misfit(reason: string): Error {
    return invalidArgument(`transform_steps step ${this.#index}: ${reason}`);
  }
}

function memoryScope(scope: string): MemoryScope {
  if (scope === 'shared' || scope === 'local') return scope;
  return 'global';
}
