import { parseLoopNest } from '../../src/program/loop-nest';

const nest = `Placeholder: A, B, C
parallel i.0@j.0@ (0,8)
  matmul auto_unroll: 512
  for k.0 (rc_outer * 2,32)
    vectorize j.3 (0,2)
      matmul = ...
  for j.1 (0,256)
    out = ...
`;

describe('parseLoopNest()', () => {
  it('numbers loops and leaves in pre-order', () => {
    const { loops, leaves } = parseLoopNest(nest);
    expect(loops.map((loop) => [loop.serial, loop.annotation, loop.name, loop.extent])).toEqual([
      [0, 'parallel', 'i.0@j.0@', 8],
      [1, 'for', 'k.0', 32],
      [2, 'vectorize', 'j.3', 2],
      [4, 'for', 'j.1', 256],
    ]);
    expect(leaves.map((leaf) => [leaf.serial, leaf.stageName, leaf.path])).toEqual([
      [3, 'matmul', [0, 1, 2]],
      [5, 'out', [0, 3]],
    ]);
  });

  it('gives a loop to the stage of its last leaf', () => {
    const { loops } = parseLoopNest(nest);
    expect(loops.map((loop) => loop.lastLeaf)).toEqual([1, 0, 0, 1]);
  });

  it('reads the unroll pragma by stage', () => {
    expect([...parseLoopNest(nest).autoUnrollMaxStep]).toEqual([['matmul', 512]]);
  });

  it.each([
    ['for i (0,x)\n  a = ...', 'line 1'],
    ['for i (0,0)\n  a = ...', 'line 1'],
    ['a = ...\n      b = ...', 'line 2'],
    ['spin i (0,4)\n  a = ...', 'line 1'],
    ['for i (0,4)', 'encloses no leaf|no leaf'],
    ['', 'no leaf'],
    ['a = ...\nfor i (0,4)', '"i" encloses no leaf'],
    ['what is this', 'line 1'],
  ])('says where %j is wrong', (text, where) => {
    expect(() => parseLoopNest(text)).toThrow(new RegExp(where));
  });

  it('refuses a text above the bound', () => {
    expect(() => parseLoopNest('a = ...\n'.repeat(100_000))).toThrow(/characters, at most/);
    expect(() => parseLoopNest('a = ...\n'.repeat(5_000))).toThrow(/lines, at most/);
  });
});
