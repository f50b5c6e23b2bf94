import { logRecordOf, recordLineOf } from '../../src/ansor-log';
import { createLogTask, createTask, type Task } from '../../src/program';
import { domainRecord, domainTask } from '../support/domain-samples';
import { logLine } from '../support/log-lines';

const task = createTask({ ...domainTask(), initialLoopNest: '', networks: [] });

describe('recordLineOf()', () => {
  it('should give back the line that the record came with, byte for byte', () => {
    // Spaced as TVM never spaces it.
    const recordLine = logLine().replaceAll(', ', ' ,  ');
    expect(recordLineOf(task, domainRecord(1, { recordLine }))).toBe(recordLine);
  });

  it.each([
    ['none', ''],
    ['one that TVM would die of', '{"i":[1]}'],
    ['two', `${logLine()}\n${logLine()}`],
  ])('should write the line that TVM would have written for a record with %s', (_what, held) => {
    const record = domainRecord(3, {
      recordLine: held,
      program: { loopNest: '', transformSteps: '[["AN",0,0,3]]' },
    });
    expect(recordLineOf(task, record)).toBe(
      '{"i": [["[\\"relu\\", 8]", "llvm", [2, 32, 64, 0, 0, 0, 0, 0], "", 1, []], ' +
        '[[], [["AN", 0, 0, 3]]]], "r": [[0.003, 0.006], 0, 0.25, 1700000003], "v": "v0.6"}',
    );
  });

  it('should keep every digit of a number that no log has rounded', () => {
    const record = domainRecord(1, { recordLine: '', costsSeconds: [1 / 3] });
    expect(recordLineOf(task, record)).toContain('[[0.3333333333333333], 0,');
  });

  it.each([
    ['has no steps', ''],
    ['has steps that are no list of steps', '[1, 2]'],
    ['has steps that are no JSON', 'split'],
  ])('should have no line for a program that %s', (_what, transformSteps) => {
    const record = domainRecord(1, {
      recordLine: '',
      program: { loopNest: 'for i', transformSteps },
    });
    expect(recordLineOf(task, record)).toBeUndefined();
  });
});

describe('logRecordOf()', () => {
  const withNetworks = (networks: Task['networks']): Task =>
    createTask({ ...task, initialLoopNest: '', networks });
  const logTask = createLogTask({
    workloadKey: '["k"]',
    target: 'cuda -keys=cuda,gpu',
    hardwareParams: { ...task.hardwareParams, numCores: -1 },
    deviceName: 'v100',
  });

  it.each([
    ['a task of its own on a CPU', withNetworks([]), 1],
    ['a task of a network on a CPU', withNetworks([{ name: 'mlp', occurrences: 2 }]), 2],
    ['a task on a GPU', logTask, 0],
  ])("should take TVM's own layout rewriting for %s", (_what, of, layout) => {
    expect(logRecordOf(of, domainRecord(1))?.layoutRewriteOption).toBe(layout);
  });

  it('should say as TVM does that the cores are not known', () => {
    expect(logRecordOf(logTask, domainRecord(1))?.hardwareParams).toEqual([
      -1, 32, 64, 0, 0, 0, 0, 0,
    ]);
  });
});
