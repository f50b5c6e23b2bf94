import { StepColumns } from '../../src/program/step-columns';
import { fixtureNames, loadFixture } from '../support/fixtures';

/** Everything that a text of steps says, out of the reused columns. */
function columnsOf(text: string, columns = new StepColumns()) {
  columns.read(text, false);
  const { count } = columns;
  return {
    kind: Array.from(columns.kind.subarray(0, count)),
    stage: Array.from(columns.stage.subarray(0, count)),
    lists: Array.from({ length: count }, (_, i) =>
      Array.from(columns.list.subarray(columns.listStart[i], columns.listStart[i + 1])),
    ),
    scalars: Array.from({ length: count }, (_, i) => [
      columns.first[i],
      columns.second[i],
      columns.third[i],
    ]),
  };
}

/** The same steps in a form that is not TVM's, so that they go the long way. */
function respaced(text: string): string {
  return JSON.stringify(JSON.parse(text), undefined, 1);
}

/** Splits, follow splits and the like keep nothing in columns that they do not use. */
const usedScalars: Readonly<Record<number, number>> = { 0: 2, 4: 3, 5: 3, 6: 3, 8: 2, 13: 2 };

describe('StepColumns', () => {
  it.each(fixtureNames)('reads the steps of %s alike in TVM’s form and in any other', (name) => {
    const reused = new StepColumns();
    for (const { transformSteps } of loadFixture(name).programs) {
      const fast = columnsOf(transformSteps, reused);
      const slow = columnsOf(respaced(transformSteps));
      expect(fast.kind).toEqual(slow.kind);
      expect(fast.stage).toEqual(slow.stage);
      expect(fast.lists).toEqual(slow.lists);
      fast.kind.forEach((kind, i) => {
        // The extent of a split is not kept: it follows from the task.
        const from =
          kind === 4 ? [0, 2] : Array.from({ length: usedScalars[kind] ?? 0 }, (_, s) => s);
        for (const scalar of from) {
          expect(fast.scalars[i]?.[scalar]).toBe(slow.scalars[i]?.[scalar]);
        }
      });
    }
  });

  it('reads every kind of step', () => {
    const { kind, stage, lists, scalars } = columnsOf(
      '[["SP", 2, 0, 512, [4, 2, 16], 1], ["FSP", 4, 1, 0, 2], ["FFSP", 3, 0, [1, 0], 1, 0],' +
        ' ["RE", 2, [1, 0]], ["FU", 4, [0, 1]], ["AN", 4, 0, 3],' +
        ' ["PR", 2, 0, "auto_unroll_max_step$512"], ["PR", 2, 0, "tensor_core"], ["CA", 2, 4, 1],' +
        ' ["CI", 5], ["CR", 5], ["CHR", 1, "shared", [2]], ["CHW", 6, "local"], ["RF", 3, 2, 1],' +
        ' ["SA", 1, 0, 8, 2], ["SP", 2, 0, null, [4], 0]]',
    );
    expect(kind).toEqual([4, 5, 6, 3, 1, 0, 2, 2, 8, 9, 10, 11, 12, 13, 7, 4]);
    expect(stage).toEqual([2, 4, 3, 2, 4, 4, 2, 2, 2, 5, 5, 1, 6, 3, 1, 2]);
    expect(lists[0]).toEqual([4, 2, 16]);
    expect(lists[2]).toEqual([1, 0]);
    expect(lists[11]).toEqual([2]);
    expect([scalars[0]?.[0], scalars[0]?.[2]]).toEqual([0, 1]);
    expect(scalars[1]).toEqual([1, 0, 2]);
    expect(scalars[2]).toEqual([0, 1, 0]);
    expect(scalars[5]?.slice(0, 2)).toEqual([0, 3]);
    expect([scalars[6]?.[2], scalars[7]?.[2]]).toEqual([512, -1]);
    expect(scalars[8]?.slice(0, 2)).toEqual([4, 1]);
    // Scopes by number: shared is 1, local 2.
    expect([scalars[11]?.[0], scalars[12]?.[0]]).toEqual([1, 2]);
    expect(scalars[13]?.slice(0, 2)).toEqual([2, 1]);
    expect([scalars[15]?.[0], scalars[15]?.[2]]).toEqual([0, 0]);
  });

  it('forgets the steps before', () => {
    const columns = new StepColumns();
    columnsOf('[["SP", 2, 0, 512, [4, 2, 16], 1], ["CI", 5]]', columns);
    expect(columnsOf('[["FU", 1, [0, 1]]]', columns).lists).toEqual([[0, 1]]);
    expect(columnsOf('[]', columns).kind).toEqual([]);
  });

  it('grows with the steps', () => {
    const steps = Array.from({ length: 3000 }, (_, i) => `["SP", ${i}, 0, 8, [2, 2], 1]`);
    const { stage, lists } = columnsOf(`[${steps.join(', ')}]`);
    expect(stage[2999]).toBe(2999);
    expect(lists[2999]).toEqual([2, 2]);
  });

  it.each([
    ['[["SP", 2', 'not JSON'],
    ['[["CI", 1], ["XX", 0]]', 'step 1: "XX" is not a step'],
    ['[["SP", 2, 0, 512, [0], 1]]', 'step 0 (SP): lengths is [0]'],
    ['[["FU", 1, "0"]]', 'iterators is "0", expected a list'],
    ['[["CI", 1]] ', undefined],
  ])('says of %s what the long way says', (text, reason) => {
    if (reason === undefined) expect(columnsOf(text).kind).toEqual([9]);
    else expect(() => columnsOf(text)).toThrow(reason);
  });
});
