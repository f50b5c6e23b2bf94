/** The rfactor step: one reduction becomes a partial one (`X.rf`) and a final one (`X.repl`). */
import { invalidArgument } from '../errors';
import { type AxisRun, axisRuns, type Iterator } from './iterator';
import {
  type AxisDigit,
  createScheduledStage,
  type DagEdit,
  type ScheduledStage,
} from './schedule';

export interface FactoredStages {
  readonly partial: ScheduledStage;
  readonly final: ScheduledStage;
  readonly edit: DagEdit;
}

/**
 * The factored iterator becomes a spatial axis of the partial stage at position
 * `factorAxis`; the other reduction iterators stay its reductions.
 */
export function rfactorStage(
  stage: ScheduledStage,
  iterator: number,
  factorAxis: number,
): FactoredStages {
  const extents = stage.axes.map((axis) => axis.extent);
  const memo = new Map<Iterator, readonly AxisRun[]>();
  const reductions = stage.iterators.filter((candidate) => reduces(candidate, stage.spatialCount));
  const factored = stage.iterators[iterator];
  if (factored === undefined || factorAxis > stage.spatialCount) {
    throw invalidArgument(
      `transform_steps: rfactor of iterator ${iterator} of stage "${stage.name}" at axis ${factorAxis} does not fit`,
    );
  }
  const extentOf = (it: Iterator): number =>
    axisRuns(it, extents, memo).reduce((product, run) => product * run.extent, 1);
  const asAxis = (it: Iterator) => ({ name: it.expressionName, extent: extentOf(it) });

  const spatial = stage.axes.slice(0, stage.spatialCount);
  const partialSpatial = [
    ...spatial.slice(0, factorAxis),
    asAxis(factored),
    ...spatial.slice(factorAxis),
  ];
  const partialReductions = reductions.filter((it) => it !== factored);
  const partialAxes = [...partialSpatial, ...partialReductions.map(asAxis)];
  const finalAxis = { name: `${factored.expressionName}_v`, extent: extentOf(factored) };

  const partial = createScheduledStage(
    `${stage.name}.rf`,
    'compute',
    'global',
    partialAxes,
    partialSpatial.length,
  );
  // TVM names the axes of the final stage anew.
  const finalSpatial = spatial.map((axis, index) => ({ name: `ax${index}`, extent: axis.extent }));
  const final = createScheduledStage(
    `${stage.name}.repl`,
    'compute',
    stage.scope,
    [...finalSpatial, finalAxis],
    spatial.length,
  );
  final.location = stage.location;

  const reduceAxes = stage.axes.slice(stage.spatialCount).map((axis, index) => ({
    name: axis.name,
    digits: digitsOf(stage.spatialCount + index, [factored, ...partialReductions], extents, memo),
  }));
  const edit: DagEdit = {
    kind: 'rfactor',
    stage: stage.name,
    partial: partial.name,
    final: final.name,
    partialAxes,
    factorAxis,
    finalAxis: finalAxis.name,
    reduceAxes,
  };
  return { partial, final, edit };
}

/** By provenance, so that reductions of one iteration count too: later steps number them. */
function reduces(iterator: Iterator, spatialCount: number): boolean {
  const { provenance } = iterator;
  switch (provenance.kind) {
    case 'axis':
      return provenance.axis >= spatialCount;
    case 'split':
      return reduces(provenance.parent, spatialCount);
    case 'fuse':
      return provenance.parts.some((part) => reduces(part, spatialCount));
  }
}

function digitsOf(
  axis: number,
  iterators: readonly Iterator[],
  extents: readonly number[],
  memo: Map<Iterator, readonly AxisRun[]>,
): readonly AxisDigit[] {
  const digits: AxisDigit[] = [];
  for (const iterator of iterators) {
    const runs = axisRuns(iterator, extents, memo);
    let divisor = 1;
    for (let i = runs.length - 1; i >= 0; i--) {
      const run = runs[i] as AxisRun;
      if (run.axis === axis) {
        const modulus = i === 0 ? 0 : run.extent;
        digits.push({ axis: iterator.expressionName, divisor, modulus, weight: run.stride });
      }
      divisor *= run.extent;
    }
  }
  return digits;
}
