/** The rfactor step: one reduction becomes a partial one (`X.rf`) and a final one (`X.repl`). */
import { invalidArgument } from '../errors';
import type { AxisDigit, DagEdit } from './dag-edit';
import { compute, type DagState, type StageShape } from './dag-state';
import { IteratorExtents } from './iterator-extents';
import type { IteratorTable } from './iterator-table';

export class RfactorReplay {
  readonly #table: IteratorTable;
  /** Of the whole axes: nothing is attached yet when this step comes. */
  readonly #extents: IteratorExtents;

  constructor(table: IteratorTable) {
    this.#table = table;
    this.#extents = new IteratorExtents(table);
  }

  /**
   * The factored iterator becomes a spatial axis of the partial stage at position
   * `factorAxis`; the other reduction iterators stay its reductions.
   */
  apply(
    dag: DagState,
    position: number,
    iterators: readonly number[],
    factored: number,
    factorAxis: number,
    step: number,
  ): DagState {
    const shape = dag.stages[position] as StageShape;
    const { axes, spatialCount } = shape;
    const chosen = iterators[factored];
    if (chosen === undefined || factorAxis < 0 || factorAxis > spatialCount) {
      throw invalidArgument(
        `transform_steps step ${step}: rfactor of iterator ${factored} of stage "${shape.name}" at axis ${factorAxis} does not fit`,
      );
    }
    this.#extents.clear();
    this.#extents.setAxes(axes.map((axis) => axis.extent));
    const rest = iterators.filter(
      (iterator) => iterator !== chosen && this.#table.reduces(iterator, spatialCount),
    );
    const key = [factorAxis, ...[chosen, ...rest].map((it) => this.#keyOf(it, shape))].join(';');
    return dag.rfactor(position, key, () => this.#factor(dag, shape, chosen, rest, factorAxis));
  }

  #keyOf(iterator: number, shape: StageShape): string {
    const extents = this.#extents;
    let key = `${this.#table.expressionName(iterator, shape.axes)} ${extents.extent(iterator)}`;
    const first = extents.firstRun(iterator);
    for (let run = first; run < first + extents.runs(iterator); run++) {
      key += ` ${extents.runAxis[run]},${extents.runExtent[run]},${extents.runStride[run]}`;
    }
    return key;
  }

  #factor(
    dag: DagState,
    shape: StageShape,
    chosen: number,
    rest: readonly number[],
    factorAxis: number,
  ): { partial: StageShape; final: StageShape; edit: DagEdit } {
    const { axes, name, spatialCount } = shape;
    const asAxis = (iterator: number) => ({
      name: this.#table.expressionName(iterator, axes),
      extent: this.#extents.extent(iterator),
    });
    const spatial = axes.slice(0, spatialCount);
    const factor = asAxis(chosen);
    const partialAxes = [
      ...spatial.slice(0, factorAxis),
      factor,
      ...spatial.slice(factorAxis),
      ...rest.map(asAxis),
    ];
    const partial = compute(dag.unusedName(`${name}.rf`), 'global', partialAxes, spatialCount + 1);
    // TVM names the axes of the final stage anew.
    const finalAxis = { name: `${factor.name}_v`, extent: factor.extent };
    const finalSpatial = spatial.map(({ extent }, index) => ({ name: `ax${index}`, extent }));
    const final = compute(
      dag.unusedName(`${name}.repl`),
      shape.scope,
      [...finalSpatial, finalAxis],
      spatialCount,
    );
    const edit: DagEdit = {
      kind: 'rfactor',
      stage: name,
      partial: partial.name,
      final: final.name,
      partialAxes,
      factorAxis,
      finalAxis: finalAxis.name,
      reduceAxes: axes.slice(spatialCount).map((axis, index) => ({
        name: axis.name,
        digits: this.#digitsOf(spatialCount + index, [chosen, ...rest], shape),
      })),
    };
    return { partial, final, edit };
  }

  #digitsOf(axis: number, iterators: readonly number[], shape: StageShape): readonly AxisDigit[] {
    const extents = this.#extents;
    const digits: AxisDigit[] = [];
    for (const iterator of iterators) {
      const name = this.#table.expressionName(iterator, shape.axes);
      const first = extents.firstRun(iterator);
      let divisor = 1;
      for (let run = first + extents.runs(iterator) - 1; run >= first; run--) {
        const extent = extents.runExtent[run] as number;
        if (extents.runAxis[run] === axis) {
          const weight = extents.runStride[run] as number;
          digits.push({ axis: name, divisor, modulus: run === first ? 0 : extent, weight });
        }
        divisor *= extent;
      }
    }
    return digits;
  }
}
