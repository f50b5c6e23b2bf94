/**
 * The stages of a task under the edits that steps make to them (inlining, caches,
 * rfactor), as a tree: each edit leads from one state to the next. A task's
 * programs share a handful of states, so what follows from a state alone (whole
 * expressions, accesses, who reads whom) is worked out once.
 */
import { accessesOf, type Producers, producersOf, type TensorAccess } from './accesses';
import type { ProgramLeaf } from './compact-program';
import type { DagEdit, MemoryScope } from './dag-edit';
import { DagInliner } from './dag-inliner';
import { applyEdit, type EditedDag, startOfDag } from './edited-dag';
import type { CompiledIndex } from './index-span';
import type { StageComputation } from './scheduled-dag';
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
  readonly #edited: EditedDag;
  readonly #shared: SharedParts;
  readonly #root: DagState;
  readonly #children = new Map<string, DagState>();
  #resolved: ResolvedDag | undefined;
  /** States of the whole tree; counted at the root. */
  #treeSize = 0;

  private constructor(
    edited: EditedDag,
    stages: readonly StageShape[],
    shared: SharedParts,
    root: DagState | undefined,
  ) {
    this.#edited = edited;
    this.stages = stages;
    this.#shared = shared;
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
    return new DagState(startOfDag(dag), stages, new SharedParts(), undefined);
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

  get resolved(): ResolvedDag {
    this.#resolved ??= this.#shared.resolve(this.#edited, this.stages);
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
    const made = new DagState(applyEdit(this.#edited, edit), stages, this.#shared, root);
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

/** What the DAGs of one task share. */
class SharedParts {
  readonly #inliner = new DagInliner();
  readonly #accesses = new WeakMap<StageComputation, readonly TensorAccess[]>();
  readonly #leaves = new WeakMap<StageComputation, LeafVariants>();

  resolve(edited: EditedDag, stages: readonly StageShape[]): ResolvedDag {
    const computations = this.#inliner.computationsOf(edited);
    const producers = producersOf(computations);
    const positions = new Map(stages.map(({ name }, index) => [name, index]));
    const reads = stages.map((): StageRead[] => []);
    const leaves = stages.map((shape, position) => {
      const stage = computations.get(shape.name);
      if (stage === undefined || stage.kind === 'placeholder') return undefined;
      const accesses = this.#accessesOf(stage, producers);
      const producerStages = accesses.map(({ isWrite, producer, indices }) => {
        const at = isWrite ? undefined : positions.get(producer);
        if (at !== undefined) reads[at]?.push({ reader: position, indices });
        return at !== undefined && stages[at]?.kind !== 'placeholder' ? at : -1;
      });
      return this.#leavesOf(stage, accesses, producerStages, shape);
    });
    return { leaf: (stage, scope) => leaves[stage]?.[scope], reads };
  }

  /** A stage reads the same tensors of the same shapes in every DAG that has it as it is. */
  #accessesOf(stage: StageComputation, producers: Producers): readonly TensorAccess[] {
    const known = this.#accesses.get(stage);
    if (known !== undefined) return known;
    const made = accessesOf(stage, producers);
    this.#accesses.set(stage, made);
    return made;
  }

  /** The positions of producers differ from DAG to DAG; mostly they are those of the last. */
  #leavesOf(
    stage: StageComputation,
    accesses: readonly TensorAccess[],
    producerStages: readonly number[],
    shape: StageShape,
  ): LeafVariants {
    const known = this.#leaves.get(stage);
    if (known?.global.producerStages.every((at, i) => at === producerStages[i])) return known;
    const axisExtents = shape.axes.map((axis) => axis.extent);
    const variant = (scope: MemoryScope): ProgramLeaf => ({
      stage,
      accesses,
      producerStages: Int32Array.from(producerStages),
      scope,
      axisExtents,
    });
    const made = {
      global: variant('global'),
      shared: variant('shared'),
      local: variant('local'),
    };
    this.#leaves.set(stage, made);
    return made;
  }
}

type LeafVariants = Readonly<Record<MemoryScope, ProgramLeaf>>;
