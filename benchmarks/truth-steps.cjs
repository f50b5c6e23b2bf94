/**
 * What TVM's lowered code shows of a schedule and its printed text does not: loops of one
 * iteration that are bound to threads, and the order of the stages.
 */
'use strict';

const { annotations } = require('../dist/program');
const { DagState } = require('../dist/program/dag-state');
const { Provenance } = require('../dist/program/iterator-table');
const { Location, ScheduleReplay } = require('../dist/program/schedule-replay');
const { StepColumns } = require('../dist/program/step-columns');

/** Stages after all steps, with the iterators of each and where they come from, as objects. */
function replayedStages(task, transformSteps) {
  const steps = new StepColumns();
  steps.read(transformSteps, false);
  const replay = new ScheduleReplay(DagState.ofTask(task.stages));
  replay.run(steps);
  const { table } = replay;
  const known = new Map();
  const iterator = (number) => {
    if (!known.has(number)) {
      const annotation = annotations[table.annotation[number]];
      known.set(number, { annotation, provenance: provenance(number) });
    }
    return known.get(number);
  };
  const provenance = (number) => {
    const source = table.source[number];
    const part = table.part[number];
    if (table.provenance[number] === Provenance.axis) return { kind: 'axis', axis: source };
    if (table.provenance[number] === Provenance.fuse) {
      return { kind: 'fuse', parts: [...table.parts.slice(source, source + part)].map(iterator) };
    }
    const split = table.split[number];
    const lengths = [...table.lengths.slice(table.splitFirst[split], table.splitFirst[split + 1])];
    const innerToOuter = table.splitInner[split] === 1;
    return { kind: 'split', parent: iterator(source), part, lengths, innerToOuter };
  };
  const stages = replay.stages.slice(0, replay.stageCount).map((slot, position) => ({
    ...replay.dag.stages[position],
    iterators: slot.iterators.map(iterator),
    location: { kind: 'root' },
  }));
  for (const [position, stage] of stages.entries()) {
    const slot = replay.stages[position];
    if (slot.location !== Location.at) continue;
    const at = iterator(table.current(slot.atIterator));
    const target = stages.find(({ iterators }) => iterators.includes(at));
    stage.location = { kind: 'at', stage: target, iterator: at };
  }
  return stages;
}

/** @returns by stage name: `unitThreadsAround`, `order`, and the root stage that binds threads. */
function hiddenStructure(task, transformSteps, program) {
  const stages = replayedStages(task, transformSteps);
  const byName = new Map(stages.map((stage, order) => [stage.name, { stage, order }]));
  const printed = new Map();
  for (const [index, leaf] of program.leaves.entries()) {
    const own = leaf.path.map((loop) => program.loops[loop]).filter((loop) => loop.leaf === index);
    printed.set(leaf.stage.name, new Set(own.map((loop) => loop.annotation)));
  }
  const isHidden = (stage, iterator) =>
    isBound(iterator.annotation) && !printed.get(stage.name)?.has(iterator.annotation);
  const root = (name) => {
    let { stage } = byName.get(name);
    while (stage.location.kind === 'at') stage = stage.location.stage;
    return stage;
  };
  return {
    order: (name) => byName.get(name).order,
    /** Undefined where no reduction is bound to threads; else whether each thread also sums up. */
    acrossThreads(name) {
      const { stage } = byName.get(name);
      const reductions = stage.iterators.filter((iterator) =>
        reduces(iterator, stage.spatialCount),
      );
      const serial = reductions.filter(({ annotation }) => !isBound(annotation));
      return serial.length < reductions.length ? { isAlsoSerial: serial.length > 0 } : undefined;
    },
    /** Name of the root stage around a stage if it is a kernel; undefined elsewhere. */
    kernelOf(name) {
      const stage = root(name);
      return stage.iterators.some(({ annotation }) => isBound(annotation)) ? stage.name : undefined;
    },
    /**
     * How far all loops of a stage together reach along each axis, for the extents that one
     * visit needs: as TVM computes axes from loops, tails of uneven splits included.
     */
    reachOfVisit(name, needed, isLoose) {
      const { stage } = byName.get(name);
      const reach = createReach(stage, needed, isLoose);
      return stage.axes.map((_, axis) => reach(axis));
    },
    unitThreadsAround(name) {
      let { stage } = byName.get(name);
      let count = stage.iterators.filter((iterator) => isHidden(stage, iterator)).length;
      while (stage.location.kind === 'at') {
        const { stage: target, iterator } = stage.location;
        const end = target.iterators.indexOf(iterator) + 1;
        count += target.iterators.slice(0, end).filter((it) => isHidden(target, it)).length;
        stage = target;
      }
      return count;
    },
  };
}

/** @returns from an axis of the stage to its greatest value over all iterations. */
function createReach(stage, needed, isLoose) {
  const bound = new Set();
  const bind = (iterator) => {
    bound.add(iterator);
    const { provenance } = iterator;
    if (provenance.kind === 'split') bind(provenance.parent);
    if (provenance.kind === 'fuse') provenance.parts.forEach(bind);
  };
  stage.iterators.filter(({ annotation }) => isBound(annotation)).forEach(bind);
  const extents = new Map();
  const splits = new Map();
  const fusions = new Map();
  const axes = new Map();
  const register = (iterator) => {
    if (extents.has(iterator)) return extents.get(iterator);
    const { provenance } = iterator;
    let extent;
    if (provenance.kind === 'axis') {
      extent = needed[provenance.axis];
      axes.set(provenance.axis, iterator);
    } else if (provenance.kind === 'fuse') {
      extent = provenance.parts.reduce((total, part) => total * register(part), 1);
      for (const part of provenance.parts) fusions.set(part, { fused: iterator, provenance });
    } else {
      const parts = partExtents(provenance, register(provenance.parent), bound);
      extent = parts[provenance.part];
      const known = splits.get(provenance.parent) ?? { parts, iterators: [] };
      known.iterators[provenance.part] = iterator;
      splits.set(provenance.parent, known);
    }
    extents.set(iterator, extent);
    return extent;
  };
  stage.iterators.forEach(register);
  const greatest = (iterator) => {
    const split = splits.get(iterator);
    if (split !== undefined) {
      return split.parts.reduce((value, extent, i) => {
        const part = split.iterators[i];
        return value * extent + (part === undefined ? extent - 1 : greatest(part));
      }, 0);
    }
    const fusion = fusions.get(iterator);
    if (fusion === undefined) return extents.get(iterator) - 1;
    const { parts } = fusion.provenance;
    const position = parts.indexOf(iterator);
    const inner = parts.slice(position + 1).reduce((total, part) => total * extents.get(part), 1);
    const value = Math.floor(greatest(fusion.fused) / inner);
    // The outermost is not taken modulo anything; a tail makes it run over its extent. TVM drops
    // axes of one iteration in front of it, if it sees that the bound of the tail bounds the index.
    if (extents.get(iterator) === 1 && !isLoose) return 0;
    const isOutermost = isLoose
      ? position === 0
      : parts.slice(0, position).every((part) => extents.get(part) === 1);
    return isOutermost ? value : Math.min(value, extents.get(iterator) - 1);
  };
  return (axis) => (axes.has(axis) ? greatest(axes.get(axis)) : 0);
}

/** A part is no longer than what there is to divide, unless it must fill threads. */
function partExtents({ parent, lengths, innerToOuter }, extent, bound) {
  let rest = extent;
  const divide = (length) => {
    const taken = bound.has(parent) ? length : Math.min(length, rest);
    rest = Math.ceil(rest / taken);
    return taken;
  };
  if (innerToOuter) {
    const inner = lengths.slice().reverse().map(divide).reverse();
    return [rest, ...inner];
  }
  const outer = lengths.map(divide);
  return [...outer, rest];
}

function reduces({ provenance }, spatialCount) {
  switch (provenance.kind) {
    case 'axis':
      return provenance.axis >= spatialCount;
    case 'split':
      return reduces(provenance.parent, spatialCount);
    default:
      return provenance.parts.some((part) => reduces(part, spatialCount));
  }
}

function isBound(annotation) {
  return annotation === 'vthread' || annotation.includes('Idx.');
}

module.exports = { hiddenStructure };
