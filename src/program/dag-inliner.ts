/** Inlining: the arithmetic of inlined stages belongs to the stage that reads them. */
import { type EditedDag, type EditedStage, loadsOf } from './edited-dag';
import type { Expression } from './expression';
import type { ScheduledDag, StageComputation } from './scheduled-dag';
import { substitute, visit } from './substitute';

/** An inlined stage with what stands for its loads. */
interface InlinedStage {
  readonly stage: EditedStage;
  readonly bodies: readonly Expression[];
}

interface ResolvedStage {
  /** The inlined stages that its bodies were put together from. */
  readonly inputs: readonly InlinedStage[];
  readonly made: InlinedStage | StageComputation;
}

/** Whole expressions of the stages of one task's DAGs; keeps those that the DAGs share. */
export class DagInliner {
  readonly #resolved = new WeakMap<EditedStage, ResolvedStage>();

  computationsOf(stages: EditedDag): ScheduledDag {
    const inlined = new Map<string, InlinedStage>();
    const computed = new Map<string, StageComputation>();
    for (const stage of stages) {
      const made = this.#resolve(stage, inlined);
      if ('stage' in made) {
        for (const output of stage.outputs) inlined.set(output, made);
      } else {
        computed.set(stage.name, made);
      }
    }
    return computed;
  }

  #resolve(
    stage: EditedStage,
    inlined: ReadonlyMap<string, InlinedStage>,
  ): InlinedStage | StageComputation {
    const inputs = [...loadsOf(stage)].flatMap((tensor) => inlined.get(tensor) ?? []);
    const known = this.#resolved.get(stage);
    if (
      known !== undefined &&
      known.inputs.length === inputs.length &&
      known.inputs.every((input, i) => input === inputs[i])
    ) {
      return known.made;
    }
    const bodies =
      inputs.length === 0 ? stage.bodies : stage.bodies.map((body) => inlineLoads(body, inlined));
    const made = stage.inlined
      ? { stage, bodies: bodies.map(withoutTables) }
      : computationOf(stage, bodies);
    this.#resolved.set(stage, { inputs, made });
    return made;
  }
}

function inlineLoads(body: Expression, inlined: ReadonlyMap<string, InlinedStage>): Expression {
  return substitute(body, {
    axis: () => undefined,
    load: (load) => {
      const producer = inlined.get(load.tensor);
      if (producer === undefined) return undefined;
      const { spatial, outputs } = producer.stage;
      const indices = new Map(spatial.map((name, i) => [name, load.indices[i]]));
      return substitute(producer.bodies[outputs.indexOf(load.tensor)] as Expression, {
        axis: (name) => indices.get(name),
        load: () => undefined,
      });
    },
  });
}

function computationOf(stage: EditedStage, bodies: readonly Expression[]): StageComputation {
  return {
    name: stage.name,
    kind: stage.kind,
    axisNames: [...stage.spatial, ...stage.reductions],
    spatialCount: stage.spatial.length,
    outputShape: stage.shape,
    bodies,
    outputs: stage.outputs,
    origins: stage.origins,
  };
}

/**
 * An inlined stage that reads nothing is a table of constants (Winograd's
 * transform matrices): TVM unrolls the loops over it and folds it away.
 */
function withoutTables(body: Expression): Expression {
  let loads = 0;
  visit(body, (node) => {
    if (node.kind === 'load') loads += 1;
  });
  return loads > 0 ? body : { kind: 'constant', value: 1, dtype: body.dtype };
}
