import { lineFormOf, lineOf } from '../../src/dataset/line-form';
import { domainRecord, domainTask } from '../support/domain-samples';
import { loggedRecord } from './sample-records';

describe('lineFormOf()', () => {
  const record = loggedRecord(
    domainTask(),
    '[["SP", 1, 0, 8, [2, 2], 1]]',
    [2.79531e-6],
    1_652_871_814,
  );

  it('should give the line again byte for byte', () => {
    const form = lineFormOf(record) as string;
    expect(lineOf(form, record)).toBe(record.recordLine);
  });

  it('should be the same for all records of a task', () => {
    const other = loggedRecord(domainTask(), '[["AN", 1, 0, 2]]', [0.1, 0.2], 1_652_871_815);
    expect(lineFormOf(other)).toBe(lineFormOf(record));
  });

  it.each([
    ['is no line', 'x'],
    ['has other spaces', record.recordLine.replaceAll(', ', ',')],
    ['has costs of its own', record.recordLine.replace('2.79531e-06', '3e-06')],
    ['has a number in another form', record.recordLine.replace('2.79531e-06', '0.00000279531')],
  ])('should be none where the line %s', (_, recordLine) => {
    expect(recordLine).not.toBe(record.recordLine);
    expect(lineFormOf({ ...record, recordLine })).toBeUndefined();
  });
});

describe('lineOf()', () => {
  it('should take a form', () => {
    expect(lineOf('["k", "t", [1, 2], "", 0, ["w"], "v"]', domainRecord(1))).toMatch(/^\{"i": /);
  });

  it.each([
    '',
    '{}',
    '[1, 2]',
    '["k", "t", 5, "", 0, [], "v"]',
    '["k", "t", ["8"], "", 0, [], "v"]',
    '["k", "t", [0.5], "", 0, [], "v"]',
    '["k", "t", [], "", "0", [], "v"]',
    '["k", "t", [], "", null, [], "v"]',
    '["k", "t", [], "", 0, [7], "v"]',
    '["k", "t", [], "", 0, [], 6]',
  ])('should refuse %j', (form) => {
    expect(lineOf(form, domainRecord(1))).toBeUndefined();
  });
});
