import { parseTransformSteps } from '../../src/program/transform-steps';

describe('parseTransformSteps()', () => {
  it('reads every step that TVM writes', () => {
    const steps = parseTransformSteps(
      JSON.stringify([
        ['SP', 2, 0, 512, [4, 2, 16], 1],
        ['FSP', 4, 0, 0, 1],
        ['FFSP', 3, 0, [1, 0], 1, 1],
        ['RE', 2, [1, 0]],
        ['FU', 4, [0, 1]],
        ['AN', 4, 0, 3],
        ['PR', 2, 0, 'auto_unroll_max_step$512'],
        ['CA', 2, 4, 1],
        ['CI', 5],
        ['CR', 5],
        ['CHR', 1, 'shared', [2]],
        ['CHW', 6, 'local'],
        ['RF', 3, 2, 1],
        ['SA', 1, 0, 8, 2],
      ]),
    );
    expect(steps.map((step) => step.kind)).toEqual([
      'split',
      'follow-split',
      'follow-fused-split',
      'reorder',
      'fuse',
      'annotate',
      'pragma',
      'compute-at',
      'inline',
      'root',
      'cache-read',
      'cache-write',
      'rfactor',
      'storage-align',
    ]);
    expect(steps[0]).toEqual({
      kind: 'split',
      stage: 2,
      iterator: 0,
      lengths: [4, 2, 16],
      innerToOuter: true,
    });
  });

  it.each([
    ['[["SP", 2', 'not JSON'],
    ['{}', 'expected a JSON array'],
    ['[[1, 2]]', 'step 0: expected an array that starts with a name'],
    ['[["CI", 1], ["XX", 0]]', 'step 1: "XX" is not a step'],
    ['[["SP", 2, 0, 512, [0], 1]]', 'step 0 \\(SP\\): lengths is \\[0\\]'],
    ['[["SP", -1, 0, 512, [1], 1]]', 'stage is -1, expected an integer of at least 0'],
    ['[["CI"]]', 'stage is undefined'],
    ['[["FU", 1, "0"]]', 'iterators is "0", expected a list'],
    ['[["CHW", 1, 2]]', 'scope is 2, expected a string'],
  ])('says what is wrong with %s', (text, reason) => {
    expect(() => parseTransformSteps(text)).toThrow(new RegExp(reason));
  });
});
