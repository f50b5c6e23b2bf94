import { createProgress } from '../../src/cli/progress';

describe('createProgress() without a terminal', () => {
  it('should say a line now and then, not each time', () => {
    let nowMs = 0;
    const complained: string[] = [];
    const io = {
      print: () => undefined,
      complain: (line: string) => complained.push(line),
      stopRequested: () => new Promise<string>(() => undefined),
    };
    const clock = { nowMs: () => nowMs, wallSeconds: () => 0 };
    const progress = createProgress(io, 'importing', clock);
    for (let second = 1; second <= 25; second++) {
      nowMs = second * 1000;
      progress.update({ name: 'a', done: second, total: 50, recordsDone: 1000 * second });
    }
    progress.stop();
    expect(complained).toEqual([
      'importing a: 10,000 records so far (20 %)',
      'importing a: 20,000 records so far (40 %)',
    ]);
  });
});
