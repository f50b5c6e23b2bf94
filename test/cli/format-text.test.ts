import {
  formatCount,
  formatLatency,
  formatPercent,
  formatTime,
  shorten,
} from '../../src/cli/format-text';
import { textTable } from '../../src/cli/text-table';

describe('texts for people', () => {
  it.each([
    [2.70758e-6, '2.71 µs'],
    [0.00123, '1.23 ms'],
    [1.5, '1.50 s'],
    [undefined, '-'],
  ])('should print the latency %p as %s', (seconds, text) => {
    expect(formatLatency(seconds)).toBe(text);
  });

  it('should print counts, fractions and times', () => {
    expect([formatCount(171_918), formatPercent(0.0244), formatPercent(undefined)]).toEqual([
      '171,918',
      '2.4 %',
      '-',
    ]);
    expect(formatTime(1_700_000_000.9)).toBe('2023-11-14 22:13:20');
    // No such day in a calendar: whoever reported it may say so all the same.
    expect(formatTime(1e300)).toBe('-');
  });

  it('should cut what is too long', () => {
    expect([shorten('abcdef', 6), shorten('abcdefg', 6)]).toEqual(['abcdef', 'abcde…']);
  });

  it('should set tables in columns, numbers flush right, without trailing blanks', () => {
    expect(
      textTable(
        ['name', 'n'],
        [
          ['a', 5],
          ['long', 123],
        ],
        ['n'],
      ),
    ).toBe(['name    n', 'a       5', 'long  123'].join('\n'));
  });
});
