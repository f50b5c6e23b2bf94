/**
 * The stages of a task under the edits that steps make to them (inlining, caches,
 * rfactor), as a tree: each edit leads from one state to the next. A task's
 * programs share a handful of states, so what follows from a state alone (whole
 * expressions, accesses, who reads whom) is worked out once.
 */
import { accessesOf } from './accesses';
import type { ProgramLeaf } from './compact-program';
import type { DagEdit, MemoryScope } from './dag-edit';
import type { CompiledIndex } from './index-span';
import { applyDagEdits } from './scheduled-dag';
import type { Axis, Stage } from './task';

/** A stage before any loop of it is changed. */
export interface StageShape {
  readonly name: string;
  readonly kind: 'placeholder' | 'compute' | 'opaque';
  readonly scope: MemoryScope;
  /** Spatial axes first, then reduction axes. */
  readonly axes: readonly Axis[];
  readonly spatialCount: number;
}

/** What follows from a state of the DAG alone; indices are positions in `DagState.stages`. */
export interface ResolvedDag {
  /** By stage and memory scope; undefined for inputs and inlined stages. */
  leaf(stage: number, scope: MemoryScope): ProgramLeaf | undefined;
  /** By stage: who reads what it makes. */
  readonly reads: readonly (readonly StageRead[])[];
}

/** One access of a stage to what another stage makes. */
export interface StageRead {
  readonly reader: number;
  readonly indices: readonly CompiledIndex[];
}

/** States that one task keeps; sketches make a handful, rfactor some tens. */
const maxStates = 1024;

export class DagState {
  readonly stages: readonly StageShape[];
  readonly #dag: readonly Stage[];
  readonly #edits: readonly DagEdit[];
  readonly #root: DagState;
  readonly #children = new Map<string, DagState>();
  #resolved: ResolvedDag | undefined;
  /** States of the whole tree; counted at the root. */
  #treeSize = 0;

  private constructor(
    dag: readonly Stage[],
    stages: readonly StageShape[],
    edits: readonly DagEdit[],
    root: DagState | undefined,
  ) {
    this.#dag = dag;
    this.stages = stages;
    this.#edits = edits;
    this.#root = root ?? this;
  }

  /** The stages of a task as they stand before any step. */
  static ofTask(dag: readonly Stage[]): DagState {
    const stages = dag.map(
      ({ name, kind, axes, reduceAxes }): StageShape => ({
        name,
        kind,
        scope: 'global',
        axes: [...axes, ...reduceAxes],
        spatialCount: axes.length,
      }),
    );
    return new DagState(dag, stages, [], undefined);
  }

  inline(position: number): DagState {
    return this.#child(`i${position}`, () => {
      const { name } = this.#stage(position);
      return { stages: this.stages, edit: { kind: 'inline', stage: name } };
    });
  }

  /** The cache stands behind the stage. */
  cacheRead(position: number, scope: MemoryScope, readers: readonly number[]): DagState {
    return this.#child(`r${position} ${scope} ${readers.join()}`, () => {
      const stage = this.#stage(position);
      const cache = this.unusedName(`${stage.name}.${scope}`);
      const axes = stage.axes
        .slice(0, stage.spatialCount)
        .map(({ extent }, index) => ({ name: `ax${index}`, extent }));
      const added = compute(cache, scope, axes, axes.length);
      return {
        stages: this.#replaced(position, [stage, added]),
        edit: {
          kind: 'cache-read',
          stage: stage.name,
          cache,
          readers: readers.map((reader) => this.#stage(reader).name),
        },
      };
    });
  }

  /** The cache stands before the stage, which only copies from it then. */
  cacheWrite(position: number, scope: MemoryScope): DagState {
    return this.#child(`w${position} ${scope}`, () => {
      const { name, axes, spatialCount, scope: ownScope } = this.#stage(position);
      const cacheAxes = axes.map((axis, index) =>
        index < spatialCount ? { name: `${axis.name}_c`, extent: axis.extent } : axis,
      );
      const cache = this.unusedName(`${name}.${scope}`);
      const added = compute(cache, scope, cacheAxes, spatialCount);
      const copy = compute(name, ownScope, axes.slice(0, spatialCount), spatialCount);
      return {
        stages: this.#replaced(position, [added, copy]),
        edit: { kind: 'cache-write', stage: name, cache },
      };
    });
  }

  /** `key` names the factored iterators; `make` is asked only for a new one. */
  rfactor(
    position: number,
    key: string,
    make: () => { partial: StageShape; final: StageShape; edit: DagEdit },
  ): DagState {
    return this.#child(`f${position} ${key}`, () => {
      const { partial, final, edit } = make();
      return { stages: this.#replaced(position, [partial, final]), edit };
    });
  }

  /** TVM gives two caches of one stage one name; here the later ones are numbered, as twins of a task are. */
  unusedName(name: string): string {
    const taken = new Set(this.stages.map((stage) => stage.name));
    if (!taken.has(name)) return name;
    let number = 1;
    while (taken.has(`${name}#${number}`)) number += 1;
    return `${name}#${number}`;
  }

  /** Throws INVALID_ARGUMENT where the edits do not fit the task. */
  get resolved(): ResolvedDag {
    this.#resolved ??= resolve(this.#dag, this.#edits, this.stages);
    return this.#resolved;
  }

  #child(key: string, make: () => { stages: readonly StageShape[]; edit: DagEdit }): DagState {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const { stages, edit } = make();
    const root = this.#root;
    if (root.#treeSize >= maxStates) {
      root.#children.clear();
      root.#treeSize = 0;
    }
    const made = new DagState(this.#dag, stages, [...this.#edits, edit], root);
    this.#children.set(key, made);
    root.#treeSize += 1;
    return made;
  }

  #stage(position: number): StageShape {
    return this.stages[position] as StageShape;
  }

  #replaced(position: number, by: readonly StageShape[]): readonly StageShape[] {
    return [...this.stages.slice(0, position), ...by, ...this.stages.slice(position + 1)];
  }
}

export function compute(
  name: string,
  scope: MemoryScope,
  axes: readonly Axis[],
  spatialCount: number,
): StageShape {
  return { name, kind: 'compute', scope, axes, spatialCount };
}

function resolve(
  dag: readonly Stage[],
  edits: readonly DagEdit[],
  stages: readonly StageShape[],
): ResolvedDag {
  const computations = applyDagEdits(dag, edits);
  const positions = new Map(stages.map(({ name }, index) => [name, index]));
  const reads = stages.map((): StageRead[] => []);
  const leaves = stages.map((shape, position) => {
    const stage = computations.get(shape.name);
    if (stage === undefined || stage.kind === 'placeholder') return undefined;
    const accesses = accessesOf(stage, computations);
    const producers = accesses.map(({ isWrite, producer, indices }) => {
      const at = isWrite ? undefined : positions.get(producer);
      if (at !== undefined) reads[at]?.push({ reader: position, indices });
      return at !== undefined && stages[at]?.kind !== 'placeholder' ? at : -1;
    });
    const axisExtents = shape.axes.map((axis) => axis.extent);
    const made = (scope: MemoryScope): ProgramLeaf => ({
      stage,
      accesses,
      producerStages: Int32Array.from(producers),
      scope,
      axisExtents,
    });
    return { global: made('global'), shared: made('shared'), local: made('local') };
  });
  return {
    leaf: (stage, scope) => leaves[stage]?.[scope],
    reads,
  };
}
