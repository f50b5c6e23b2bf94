import {
  loadRecordsExportOptions,
  loadRecordsImportOptions,
  loadRecordsListOptions,
  loadRecordsPruneOptions,
  loadRecordsStatsOptions,
} from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const NOW = 1_700_000_000;
const environment = { CDMPP_DATA_DIR: '/data' };

describe('options of cdmpp records', () => {
  it('should have defaults', () => {
    expect(loadRecordsImportOptions({}, environment)).toEqual({
      store: { kind: 'sqlite', path: '/data/records.sqlite', name: '/data/records.sqlite' },
      json: false,
      deviceName: undefined,
      deviceFromFolder: false,
      taskBundles: [],
      again: false,
    });
    expect(loadRecordsListOptions({}, environment, NOW)).toMatchObject({
      records: false,
      limit: 100,
      filter: { deviceName: undefined, isValid: undefined, measuredAfterSeconds: undefined },
    });
    expect(loadRecordsExportOptions({}, environment, NOW)).toMatchObject({
      format: 'ansor',
      best: undefined,
    });
    expect(loadRecordsPruneOptions({}, environment, NOW)).toMatchObject({
      keepBest: undefined,
      keepNewest: false,
      yes: false,
    });
  });

  it('should read a filter', () => {
    const flags = {
      device: 'v100',
      task: '12ab',
      workload: '["k"]',
      network: 'mlp',
      source: 'a',
      failed: true,
      since: '2d',
      olderThan: '2023-11-14T22:13:20Z',
    };
    expect(loadRecordsStatsOptions(flags, environment, NOW).filter).toEqual({
      deviceName: 'v100',
      taskId: '12ab',
      workloadKey: '["k"]',
      networkName: 'mlp',
      source: 'a',
      isValid: false,
      measuredAfterSeconds: NOW - 2 * 86_400,
      measuredBeforeSeconds: NOW,
    });
  });

  it.each([
    ['12h', NOW - 12 * 3600],
    ['2023-11-14', 1_699_920_000],
    ['2023-11-14T22:13', NOW - 20],
    ['2023-11-14T22:13:20', NOW],
    ['2023-11-14 22:13:20.5', NOW + 0.5],
    ['2023-11-14T22:13:20Z', NOW],
    ['2023-11-15T00:13:20+02:00', NOW],
  ])('should read the time %s', (since, seconds) => {
    const { filter } = loadRecordsStatsOptions({ since }, {}, NOW);
    expect(filter.measuredAfterSeconds).toBe(seconds);
  });

  it('should take what may be given several times', () => {
    const { taskBundles } = loadRecordsImportOptions({ tasks: ['a.tasks', 'b.tasks'] }, {});
    expect(taskBundles).toEqual(['a.tasks', 'b.tasks']);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'two devices for a log',
      () => loadRecordsImportOptions({ device: 'a', deviceFromFolder: true }, {}),
      /^--device and --device-from-folder are both given/,
    ],
    [
      'a record that is valid and failed',
      () => loadRecordsListOptions({ valid: true, failed: true }, {}, NOW),
      /^--valid and --failed are both given/,
    ],
    [
      'a time that is none',
      () => loadRecordsStatsOptions({ since: 'yesterday' }, {}, NOW),
      /^--since is "yesterday"; it must be a date such as 2026-11-21, or how long ago/,
    ],
    [
      'a date with more behind it',
      () => loadRecordsStatsOptions({ since: '2026-11-21 10:00 CET' }, {}, NOW),
      /^--since is "2026-11-21 10:00 CET"; it must be a date/,
    ],
    [
      'a day that no month has',
      () => loadRecordsStatsOptions({ since: '2026-13-01' }, {}, NOW),
      /^--since is "2026-13-01"; it must be a date/,
    ],
    [
      'no rows',
      () => loadRecordsListOptions({ limit: '0' }, {}, NOW),
      /^--limit is "0"; it must be an integer from 1/,
    ],
    [
      'a format that is none',
      () => loadRecordsExportOptions({ format: 'csv' }, {}, NOW),
      /^--format is "csv"; it must be ansor or dataset$/,
    ],
    [
      'the best of a dataset',
      () => loadRecordsExportOptions({ format: 'dataset', best: '3' }, {}, NOW),
      /^--best, --per-task and --overwrite are for --format ansor only$/,
    ],
    [
      'what a log has no place for',
      () => loadRecordsExportOptions({ about: 'card.json' }, {}, NOW),
      /^--about is for --format dataset only$/,
    ],
  ])('should refuse %s', (_what, load, message) =>
    expectError(load, Code.InvalidArgument, message),
  );
});
