import { formatDuration } from '../../src/cli/format-text';
import { createTuningDisplay } from '../../src/cli/tuning-progress';
import { formatParameters, formatTrials } from '../../src/cli/tuning-tables';
import type { Parameter, StudySummary } from '../../src/hyperparameters';
import type { TuningProgress } from '../../src/study';

describe('createTuningDisplay() without a terminal', () => {
  it('should say a line for each trial that ended, with the time left', () => {
    let nowMs = 5_000;
    const complained: string[] = [];
    const io = {
      print: () => undefined,
      complain: (line: string) => complained.push(line),
      stopRequested: () => new Promise<string>(() => undefined),
    };
    const clock = { nowMs: () => nowMs, wallSeconds: () => 0 };
    const display = createTuningDisplay(io, clock);
    const best = { number: 3, value: 0.25, point: {} };
    const at = (changes: Partial<TuningProgress>): void =>
      display.update({
        finished: 4,
        trials: 10,
        trial: 4,
        state: 'running',
        look: undefined,
        value: undefined,
        best: undefined,
        ...changes,
      });
    at({});
    nowMs += 30_000;
    at({ look: 2, value: 0.5 });
    nowMs += 30_000;
    // A minute for one: five are left.
    at({ state: 'complete', value: 0.312345, finished: 5, best });
    at({ state: 'running', trial: 5, finished: 5, best });
    nowMs += 20_000;
    // Eighty seconds for two.
    at({ state: 'pruned', trial: 5, finished: 6, best });
    display.stop();
    expect(complained).toEqual([
      'trial 4: complete 0.3123, best 0.2500 (trial 3), 5 min left',
      'trial 5: pruned, best 0.2500 (trial 3), 3 min left',
    ]);
  });
});

describe('tables of a study', () => {
  const space: readonly Parameter[] = [
    { name: 'rate', kind: 'float', low: 1e-4, high: 0.1, scale: 'logarithmic' },
    { name: 'layers', kind: 'integer', low: 1, high: 4, scale: 'linear' },
    { name: 'label', kind: 'choice', choices: ['log', 'ratio'] },
  ];
  const point = { rate: 0.0123456, layers: 2, label: 'log' };
  const trial = { state: 'complete' as const, looks: 3, seconds: 61, point };
  const summary: StudySummary = {
    trials: [
      { ...trial, number: 0, value: 3 },
      { ...trial, number: 1, value: 2, state: 'pruned' },
      { ...trial, number: 2, value: 1.23456 },
      { ...trial, number: 3, value: undefined, state: 'pruned', looks: 0 },
    ],
    best: { number: 2, value: 1.23456, point },
    importances: { layers: 0.75, rate: 0.25, label: 0 },
  };

  it('should put the best trial first, and what was stopped last', () => {
    expect(formatTrials(summary).split('\n')).toEqual([
      'trial  objective  looks  time  how it ended',
      '    2      1.235      3  61 s  complete',
      '    0      3.000      3  61 s  complete',
      '    1      2.000      3  61 s  stopped early',
      '    3          -      0  61 s  diverged',
    ]);
  });

  it('should put the most important parameter first', () => {
    expect(formatParameters(space, summary).split('\n')).toEqual([
      'parameter     best  searched                    importance',
      'layers           2  1 to 4                          75.0 %',
      'rate       0.01235  0.0001 to 0.1, logarithmic      25.0 %',
      'label          log  log, ratio                       0.0 %',
    ]);
  });

  it('should leave open what is not known', () => {
    const unknown = { trials: [], best: undefined, importances: {} };
    expect(formatParameters(space.slice(2), unknown).split('\n')[1]).toMatch(
      /^label +- +log, ratio +-$/,
    );
  });
});

describe('formatDuration()', () => {
  it.each([
    [0.4, '0 s'],
    [89, '89 s'],
    [90, '2 min'],
    [59 * 60, '59 min'],
    [3 * 3600 + 5 * 60 + 10, '3 h 05 min'],
  ])('should print %p s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
