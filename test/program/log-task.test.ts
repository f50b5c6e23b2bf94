import { Code } from '../../src/errors';
import { createLogTask, isLogTask, type LogTaskFields, logTaskIdOf } from '../../src/program';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';

const task = domainTask();
const { workloadKey, target, hardwareParams } = task;
const fields: LogTaskFields = { workloadKey, target, hardwareParams, deviceName: 'local' };

describe('createLogTask()', () => {
  it('should keep what it is given, frozen', () => {
    const logTask = createLogTask(fields);
    expect(logTask).toEqual({ ...fields, kind: 'log-task', id: logTask.id });
    expect(logTask.id).toMatch(/^log-[0-9a-f]{32}$/);
    expect(Object.isFrozen(logTask) && Object.isFrozen(logTask.hardwareParams)).toBe(true);
  });

  it.each<[string, Partial<LogTaskFields>]>([
    ['workload key', { workloadKey: '["other"]' }],
    ['target', { target: 'llvm -mcpu=core-avx2' }],
    ['hardware parameter', { hardwareParams: { ...hardwareParams, numCores: 3 } }],
    ['device', { deviceName: 'other' }],
  ])('should give another %s another id', (_what, other) => {
    expect(createLogTask({ ...fields, ...other }).id).not.toBe(createLogTask(fields).id);
  });

  it('should take -1, which TVM writes for what it does not know, as 0', () => {
    const unknown = createLogTask({
      ...fields,
      hardwareParams: { ...hardwareParams, warpSize: -1 },
    });
    expect(unknown).toEqual(createLogTask(fields));
    expect(unknown.hardwareParams.warpSize).toBe(0);
  });

  it('should not look at the order in which the parameters stand', () => {
    const reversed = Object.fromEntries(Object.entries(hardwareParams).reverse());
    const again = createLogTask({ ...fields, hardwareParams: reversed as typeof hardwareParams });
    expect(again.id).toBe(createLogTask(fields).id);
  });

  it.each<[Partial<LogTaskFields>, RegExp]>([
    [{ workloadKey: '' }, /^log task: workloadKey is empty/],
    [{ deviceName: '' }, /^log task: deviceName is empty/],
    [{ hardwareParams: { ...hardwareParams, numCores: -2 } }, /hardwareParams\.numCores is -2/],
    [{ hardwareParams: { ...hardwareParams, numCores: 1.5 } }, /hardwareParams\.numCores is 1\.5/],
  ])('should refuse %p', (wrong, message) =>
    expectError(() => createLogTask({ ...fields, ...wrong }), Code.InvalidArgument, message),
  );
});

describe('logTaskIdOf()', () => {
  it('should give the id that a log of the task gives it', () => {
    expect(logTaskIdOf(task)).toBe(createLogTask(fields).id);
  });
});

describe('isLogTask()', () => {
  it('should tell whole tasks from log tasks', () => {
    expect([isLogTask(task), isLogTask(createLogTask(fields))]).toEqual([false, true]);
  });
});
