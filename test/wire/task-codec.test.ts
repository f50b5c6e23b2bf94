import { Code } from '../../src/errors';
import type { ExpressionInput } from '../../src/wire/gen/cdmpp/v1/Expression';
import type { TaskInput } from '../../src/wire/gen/cdmpp/v1/Task';
import { MAX_EXPRESSION_DEPTH, MAX_STAGE_NODES } from '../../src/wire/limits';
import { decodeTask, decodeTaskFields, encodeTask } from '../../src/wire/task-codec';
import { expectError } from '../support/expect-error';
import { requestOverTheWire } from '../support/over-the-wire';
import { sampleTask } from '../support/sample-task';

function decodeFields(overrides: Partial<TaskInput> = {}) {
  const { task } = requestOverTheWire('RegisterTask', { task: sampleTask(overrides) });
  if (task === null) throw new Error('the task was lost on the wire');
  return decodeTaskFields(task);
}

function withBody(body: ExpressionInput): Partial<TaskInput> {
  return { stages: [{ name: 'D', kind: 'STAGE_KIND_COMPUTE', bodies: [body] }] };
}

/** A cast of a cast of ... a constant: `depth` levels. */
function nested(depth: number): ExpressionInput {
  let node: ExpressionInput = { kind: 'EXPRESSION_KIND_CONSTANT', value: 1, dtype: 'float32' };
  for (let level = 1; level < depth; level++) {
    node = { kind: 'EXPRESSION_KIND_CAST', dtype: 'float32', operands: [node] };
  }
  return node;
}

describe('decodeTaskFields()', () => {
  it('should read a structured DAG', () => {
    const fields = decodeFields();
    expect(fields.tensors[0]).toEqual({ name: 'A', shape: [4, 16], dtype: 'float32' });
    expect(fields.stages[2]?.reduceAxes).toEqual([{ name: 'k', extent: 16 }]);
    expect(fields.stages[2]?.bodies[0]).toMatchObject({
      kind: 'reduce',
      combiner: 'sum',
      operands: [{ kind: 'binary', operator: 'mul' }],
    });
    expect(fields.device).toMatchObject({
      kind: 'cpu',
      cores: 2,
      l1CacheBytes: 32 * 1024,
      l1BandwidthBytesPerSecond: 3e11,
      l2BandwidthBytesPerSecond: 1e11,
      l3BandwidthBytesPerSecond: 5e10,
    });
    expect(fields.networks).toEqual([{ name: 'bert-tiny', occurrences: 2 }]);
  });

  it('should leave an absent device to be derived', () => {
    expect(decodeFields({ device: null }).device).toBeUndefined();
  });

  it('should read an expression of the greatest depth', () => {
    const body = decodeFields(withBody(nested(MAX_EXPRESSION_DEPTH))).stages[0]?.bodies[0];
    expect(body?.kind).toBe('cast');
  });

  it.each<[string, Partial<TaskInput>, RegExp]>([
    ['an empty workload key', { workloadKey: '' }, /^task\.workload_key is empty/],
    ['an empty target', { target: '' }, /^task\.target is empty/],
    ['no hardware parameters', { hardwareParams: null }, /^task\.hardware_params is absent/],
    [
      'an extent that a number cannot hold',
      { tensors: [{ name: 'A', shape: ['9007199254740993'], dtype: 'float32' }] },
      /^task\.tensors\[0\]\.shape\[0\] is 9007199254740993; at most 9007199254740991/,
    ],
    [
      'a stage without a kind',
      { stages: [{ name: 'A' }] },
      /^task\.stages\[0\]\.kind is STAGE_KIND_UNSPECIFIED; it must be one of STAGE_KIND_PLACEHOLDER/,
    ],
    [
      'a stage of a kind from the future',
      { stages: [{ name: 'A', kind: 9 as never }] },
      /^task\.stages\[0\]\.kind is 9; it must be one of/,
    ],
    [
      'a device without a kind',
      { device: { name: 'local' } },
      /^task\.device\.kind is DEVICE_KIND_UNSPECIFIED/,
    ],
    [
      'an expression that is one level too deep',
      withBody(nested(MAX_EXPRESSION_DEPTH + 1)),
      /^task\.stages\[0\]\.bodies\[0\] is deeper than 96 levels/,
    ],
    [
      'an expression without a kind',
      withBody({ name: 'i' }),
      /^task\.stages\[0\]\.bodies\[0\]: kind is EXPRESSION_KIND_UNSPECIFIED/,
    ],
    [
      'an unknown operator',
      withBody({
        ...nested(1),
        kind: 'EXPRESSION_KIND_BINARY',
        name: 'pow',
        operands: [nested(1), nested(1)],
      }),
      /operator "pow" is not one of add sub/,
    ],
    [
      'a select without its else',
      withBody({ kind: 'EXPRESSION_KIND_SELECT', operands: [nested(1), nested(1)] }),
      /EXPRESSION_KIND_SELECT {2}has 2 operands; exactly 3/,
    ],
  ])('should refuse %s', (_name, overrides, message) =>
    expectError(() => decodeFields(overrides), Code.InvalidArgument, message),
  );

  it('should refuse a stage with too many nodes, counted over all of its bodies', () => {
    const leaf = { kind: 'EXPRESSION_KIND_CONSTANT', dtype: 'float32' } as const;
    const half = {
      kind: 'EXPRESSION_KIND_CALL',
      name: 'f',
      operands: Array.from({ length: MAX_STAGE_NODES / 2 - 1 }, () => leaf),
    } as const;
    const stage = { name: 'D', kind: 'STAGE_KIND_COMPUTE' } as const;
    expect(decodeFields({ stages: [{ ...stage, bodies: [half, half] }] }).stages).toHaveLength(1);
    return expectError(
      () => decodeFields({ stages: [{ ...stage, bodies: [half, half, leaf] }] }),
      Code.InvalidArgument,
      /^task\.stages\[0\]\.bodies\[2\] brings the stage above 65536 nodes/,
    );
  });

  it('should refuse a text that is too long', () =>
    expectError(
      () => decodeFields({ computeDagText: 'é'.repeat(128 * 1024 + 1) }),
      Code.ResourceExhausted,
      /^task\.compute_dag_text has 262146 bytes; at most 262144/,
    ));
});

describe('encodeTask()', () => {
  it('should give the same task back, id included', () => {
    const { task: message } = requestOverTheWire('RegisterTask', { task: sampleTask() });
    if (message === null) throw new Error('the task was lost on the wire');
    const task = decodeTask(message);
    const again = requestOverTheWire('RegisterTask', { task: encodeTask(task) }).task;
    expect(again && decodeTask(again)).toEqual(task);
  });
});
