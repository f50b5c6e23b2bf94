import { createTask, type Expression, type Stage } from '../../src/program';
import { fixtureNames, loadFixture, taskFields } from '../support/fixtures';

/** What two readings of a DAG must share: everything but the types of inner nodes. */
function skeleton(stage: Stage): unknown {
  return [
    stage.name,
    stage.kind,
    longAxes(stage.axes),
    longAxes(stage.reduceAxes),
    stage.bodies.map(shape),
  ];
}

/** The text leaves axes of one iteration out of the initial nest. */
function longAxes(axes: Stage['axes']): Stage['axes'] {
  return axes.filter((axis) => axis.extent > 1);
}

function shape(node: Expression): unknown {
  switch (node.kind) {
    case 'constant':
      // The text rounds to six digits.
      return node.value.toPrecision(4);
    case 'axis':
      return node.name;
    case 'load':
      return [node.tensor, node.indices.map(shape)];
    case 'select':
    case 'cast':
      return [node.kind, node.operands.map(shape)];
    case 'reduce':
      return [node.combiner, node.operands.map(shape)];
    case 'call':
      return [node.name, node.operands.map(shape)];
    default:
      return [node.operator, node.operands.map(shape)];
  }
}

/** What the text cannot tell: reductions without a name, the second of two sums, which of one name is read. */
const isAmbiguous = (name: string): boolean => /^(argmax|layer-norm|same-names)-/.test(name);
const readable = fixtureNames.filter((name) => !isAmbiguous(name));

describe('a DAG read from text', () => {
  it.each(readable)('of %s is the one that the shim sends', (name) => {
    const { json, task } = loadFixture(name);
    const fromText = createTask({ ...taskFields(json), stages: [] });
    expect(fromText.stages.map(skeleton)).toEqual(task.stages.map(skeleton));
  });

  it('is refused with advice where TVM cut it', () => {
    const fields = taskFields(loadFixture('matmul-cpu').json);
    const cut = fields.computeDagText.replace('(A[i, k]*B', '(A[i, ..(OMITTED).. B');
    expect(cut).not.toBe(fields.computeDagText);
    expect(() => createTask({ ...fields, stages: [], computeDagText: cut })).toThrow(
      /cut the expression of "matmul" short; send task.stages/,
    );
  });

  it('is refused where two operations have one name', () => {
    const fields = taskFields(loadFixture('same-names-cpu').json);
    expect(() => createTask({ ...fields, stages: [] })).toThrow(
      /two operations are called "T_add"/,
    );
  });

  it('is refused where a stage cannot be read', () => {
    const fields = taskFields(loadFixture('matmul-cpu').json);
    const broken = {
      ...fields,
      stages: [],
      computeDagText: fields.computeDagText.replace('A[i, k]', 'A[i, k'),
    };
    expect(() => createTask(broken)).toThrow(/compute_dag_text/);
    expect(() => createTask({ ...fields, stages: [], initialLoopNest: '' })).toThrow(
      /initial_loop_nest: empty/,
    );
  });

  it('is refused where brackets go too deep', () => {
    const fields = taskFields(loadFixture('matmul-cpu').json);
    const deep = fields.computeDagText.replace(
      'matmul[i, j] +',
      `${'('.repeat(5000)}matmul[i, j]${')'.repeat(5000)} +`,
    );
    expect(() => createTask({ ...fields, stages: [], computeDagText: deep })).toThrow(
      /deeper than/,
    );
  });
});
