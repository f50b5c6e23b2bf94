import { type Expression, operatorFamilies, operatorFamily, type Stage } from '../../src/program';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { renamedTask } from '../support/renamed-task';

const expected: Readonly<Record<string, string>> = {
  argmax: 'reduction',
  'avg-pool': 'pooling',
  'batch-matmul': 'batch-matmul',
  conv1d: 'conv1d',
  'conv2d-1x1': 'conv2d',
  'conv2d-dilated': 'conv2d',
  'conv2d-nhwc': 'conv2d',
  'conv2d-strided': 'conv2d',
  'conv2d-transpose': 'transposed-conv',
  conv2d: 'conv2d',
  conv3d: 'conv3d',
  depthwise: 'depthwise-conv',
  gather: 'other',
  'group-conv2d': 'grouped-conv',
  'layer-norm': 'normalisation',
  'matmul-float16': 'dense',
  'matmul-int8': 'dense',
  matmul: 'dense',
  'max-pool': 'pooling',
  'row-sum': 'reduction',
  'same-names': 'dense',
  softmax: 'normalisation',
  transpose: 'elementwise',
  winograd: 'winograd',
};

describe('operatorFamily()', () => {
  it.each(fixtureNames)('should name the family of %s, under other names too', (name) => {
    const { task } = loadFixture(name);
    const family = expected[name.replace(/-(cpu|cuda)$/, '')];
    expect([operatorFamily(task), operatorFamily(renamedTask(task))]).toEqual([family, family]);
  });

  it('should have every family of the fixtures in its list', () => {
    expect(operatorFamilies).toEqual(expect.arrayContaining(Object.values(expected)));
  });

  it('should call element-wise what multiplies without summing', () => {
    const stages = [placeholder('A'), placeholder('B'), compute('C', mul(load('A'), load('B')))];
    expect(operatorFamily({ stages })).toBe('elementwise');
  });

  it('should call the sum of squares a reduction', () => {
    const sum: Expression = {
      kind: 'reduce',
      combiner: 'sum',
      operands: [mul(load('A', 'i', 'k'), load('A', 'i', 'k'))],
      dtype: 'float32',
    };
    const stages = [placeholder('A'), compute('N', sum, ['k'])];
    expect(operatorFamily({ stages })).toBe('reduction');
  });

  it('should not guess about what cannot be read', () => {
    const stages: Stage[] = [placeholder('A'), { ...placeholder('X'), kind: 'opaque' }];
    expect(operatorFamily({ stages })).toBe('other');
  });
});

function load(tensor: string, ...axes: readonly string[]): Expression {
  const names = axes.length === 0 ? ['i'] : axes;
  const indices = names.map((name): Expression => ({ kind: 'axis', name, dtype: 'int32' }));
  return { kind: 'load', tensor, indices, dtype: 'float32' };
}

function mul(...operands: readonly Expression[]): Expression {
  return { kind: 'binary', operator: 'mul', operands, dtype: 'float32' };
}

function placeholder(name: string): Stage {
  return { name, kind: 'placeholder', axes: [], reduceAxes: [], bodies: [], attributes: {} };
}

function compute(name: string, body: Expression, reduceAxes: readonly string[] = []): Stage {
  const axis = (axisName: string) => ({ name: axisName, extent: 8 });
  return {
    name,
    kind: 'compute',
    axes: [axis('i')],
    reduceAxes: reduceAxes.map(axis),
    bodies: [body],
    attributes: {},
  };
}
