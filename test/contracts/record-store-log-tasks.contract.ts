import { Code } from '../../src/errors';
import {
  createLogTask,
  type LogTask,
  type MeasuredRecord,
  measurementKey,
  type Task,
} from '../../src/program';
import type { RecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';

/** The part of the contract of RecordStore that is about tasks known by their log, and imports. */
export function logTaskContract(store: () => RecordStore): void {
  const task = domainTask();
  const logTask = logTaskOf(task);

  describe('putLogTask()', () => {
    it('should give the log task its own id while no whole task is known', async () => {
      expect(await store().putLogTask(logTask)).toBe(logTask.id);
      expect(await store().putLogTask(logTask)).toBe(logTask.id);
    });

    it('should give the id of the whole task once there is one, before or after', async () => {
      await store().putTask(task);
      expect(await store().putLogTask(logTask)).toBe(task.id);
    });

    it('should not give it to the log of another device', async () => {
      await store().putTask(task);
      const elsewhere = createLogTask({ ...logTask, deviceName: 'elsewhere' });
      expect(await store().putLogTask(elsewhere)).toBe(elsewhere.id);
    });

    it('should know a task by each of the names that it was put under', async () => {
      const renamed = { ...task, workloadKey: '["another"]' };
      await store().putTask(task);
      await store().putTask(renamed);
      expect(await store().putLogTask(logTask)).toBe(task.id);
      expect(await store().putLogTask(logTaskOf(renamed))).toBe(task.id);
      expect((await store().getTask(task.id))?.workloadKey).toBe(task.workloadKey);
    });

    it('should fill in its records where they are: nothing has learned from them', async () => {
      await store().putLogTask(logTask);
      await store().append(logTask.id, [logRecord(1), logRecord(2)], 'a.json');
      const { program } = domainRecord(1);
      const filled = { ...logRecord(1), program };
      const result = await store().append(logTask.id, [filled], '');
      expect(result).toMatchObject({ duplicates: 1, lastSequence: 1 });
      const kept = await store().readRecords({}, 0, 10);
      expect(kept.map(({ sequence, record }) => [sequence, record])).toEqual([
        [1, filled],
        [2, logRecord(2)],
      ]);
    });

    it('should keep its records from what learns, and from the whole tasks', async () => {
      await store().putLogTask(logTask);
      expect(await store().append(logTask.id, [logRecord(1), logRecord(2)], 'a.json')).toEqual({
        accepted: 2,
        duplicates: 0,
        lastSequence: 2,
        totalRecords: 2,
      });
      expect(await store().read(0, 10)).toEqual([]);
      expect(await store().lastSequence()).toBe(0);
      expect(await store().lastSequences()).toEqual(new Map());
      expect(await store().getTask(logTask.id)).toBeUndefined();
      expect(await wholeTasks()).toEqual([]);
      expect(await store().countRecords()).toBe(2);
      const kept = await store().readRecords({}, 0, 10);
      expect(kept.map((stored) => [stored.task, stored.record])).toEqual([
        [logTask, logRecord(1)],
        [logTask, logRecord(2)],
      ]);
    });
  });

  describe('putTask() of a task that a log has told of', () => {
    beforeEach(async () => {
      await store().putLogTask(logTask);
      await store().append(logTask.id, [logRecord(1), logRecord(2)], 'a.json');
    });

    it('should take its records over, to be learned from, under keys of its own', async () => {
      const other = domainTask(16);
      await store().putTask(other);
      await store().append(other.id, [domainRecord(3)], '');
      await store().putTask(task);
      expect(await store().read(0, 10)).toEqual([
        { task: other, record: domainRecord(3), sequence: 3 },
        { task, record: logRecord(1, task.id), sequence: 4 },
        { task, record: logRecord(2, task.id), sequence: 5 },
      ]);
      expect(await store().lastSequence()).toBe(5);
      expect(await store().countRecords()).toBe(3);
      const [summary, ...others] = await store().listTasks({ taskId: task.id });
      expect([summary?.task, summary?.records, others]).toEqual([task, 2, []]);
    });

    it('should keep source and time of what it takes over', async () => {
      const [before] = await store().readRecords({}, 0, 1);
      await store().putTask(task);
      const [after] = await store().readRecords({}, 0, 1);
      expect(after).toEqual({
        ...before,
        sequence: 3,
        task,
        record: logRecord(1, task.id),
      });
      expect(after?.source).toBe('a.json');
    });

    it('should not keep twice what was reported live and imported', async () => {
      await store().putTask(task);
      const line = logRecord(1).recordLine;
      const live = domainRecord(1, {
        recordLine: line,
        idempotencyKey: measurementKey(task.id, line),
      });
      expect((await store().append(task.id, [live], '')).duplicates).toBe(1);
      // Imported again, by one who has not heard that the task is whole.
      expect(await store().append(logTask.id, [logRecord(2), logRecord(9)], '')).toEqual({
        accepted: 1,
        duplicates: 1,
        lastSequence: 6,
        totalRecords: 3,
      });
      const kept = await store().read(0, 10);
      expect(kept.map(({ record }) => record)).toEqual([
        logRecord(2, task.id),
        { ...logRecord(1, task.id), program: live.program },
        logRecord(9, task.id),
      ]);
    });

    it('should drop the imported copy where the live one is there first', async () => {
      const renamed = { ...task, workloadKey: '["another"]' };
      await store().putTask(renamed);
      await store().append(task.id, [logRecord(1, task.id), logRecord(7, task.id)], 'live');
      await store().putTask(task);
      const kept = await store().readRecords({}, 0, 10);
      expect(kept.map(({ record, source }) => [record, source])).toEqual([
        [logRecord(1, task.id), 'live'],
        [logRecord(7, task.id), 'live'],
        [logRecord(2, task.id), 'a.json'],
      ]);
      expect(await store().countRecords()).toBe(3);
    });

    it('should leave a key alone that its sender has chosen', async () => {
      await store().append(logTask.id, [domainRecord(3)], '');
      await store().putTask(task);
      expect((await store().read(5, 10)).map(({ record }) => record)).toEqual([domainRecord(3)]);
    });

    it('should take over more records than one statement carries, in their order', async () => {
      const many = Array.from({ length: 1203 }, (_, i) => logRecord(i + 1));
      await store().append(logTask.id, many, '');
      await store().putTask(task);
      const kept = await store().read(0, 2000);
      expect(kept.map(({ record }) => record.recordLine)).toEqual(
        many.map(({ recordLine }) => recordLine),
      );
      expect(await store().countRecords()).toBe(1203);
    });

    it('should lose and double nothing of what is appended meanwhile', async () => {
      const appended = Array.from({ length: 40 }, (_, i) => logRecord(100 + i));
      await Promise.all([
        ...appended.slice(0, 20).map((record) => store().append(logTask.id, [record], '')),
        store().putTask(task),
        ...appended.slice(20).map((record) => store().append(logTask.id, [record], '')),
      ]);
      const kept = await store().read(0, 100);
      const numbers = kept.map(({ record }) => record.timestampSeconds - 1_700_000_000);
      expect(numbers.sort((a, b) => a - b)).toEqual([
        1,
        2,
        ...Array.from({ length: 40 }, (_, i) => 100 + i),
      ]);
      expect(kept.every((one) => one.task.id === task.id)).toBe(true);
      expect(await store().countRecords()).toBe(42);
    });
  });

  describe('appendBatch()', () => {
    it("should append several tasks' records and say how far the import has come", async () => {
      const other = domainTask(16);
      await store().putTask(other);
      await store().putLogTask(logTask);
      const parts = [
        { taskId: logTask.id, records: [logRecord(1), logRecord(2)] },
        { taskId: other.id, records: [domainRecord(3)] },
      ];
      // With what PostgreSQL could not keep in a text of its own.
      const brokenLines = [{ number: 7, reason: "not JSON: 'ü\0\"'" }];
      const mark = { fileHash: 'f1', linesDone: 500, broken: 3, brokenLines, isComplete: false };
      expect(await store().importMark('f1')).toBeUndefined();
      expect(await store().appendBatch(parts, 'a.json', mark)).toEqual({
        accepted: 3,
        duplicates: 0,
        lastSequence: 3,
        totalRecords: 3,
      });
      expect(await store().importMark('f1')).toEqual(mark);
      expect((await store().appendBatch(parts, 'a.json')).duplicates).toBe(3);
      const finished = { ...mark, linesDone: 712, broken: 4, brokenLines: [], isComplete: true };
      await store().appendBatch([], 'a.json', finished);
      expect(await store().importMark('f1')).toEqual(finished);
      expect(await store().importMark('f2')).toBeUndefined();
    });

    it('should keep neither records nor mark where one part is wrong', async () => {
      await store().putTask(task);
      const parts = [
        { taskId: task.id, records: [domainRecord(1)] },
        { taskId: 'log-unknown', records: [] },
      ];
      const mark = {
        fileHash: 'f1',
        linesDone: 1,
        broken: 0,
        brokenLines: [],
        isComplete: true,
      };
      await expectError(
        () => store().appendBatch(parts, '', mark),
        Code.NotFound,
        /"log-unknown" is not known/,
      );
      expect(await store().countRecords()).toBe(0);
      expect(await store().importMark('f1')).toBeUndefined();
    });
  });

  async function wholeTasks(): Promise<Task[]> {
    const tasks: Task[] = [];
    for await (const one of store().listTasksWhole()) tasks.push(one);
    return tasks;
  }

  /** As an import makes it: steps, no loop nest, the key of the line. */
  function logRecord(number: number, taskId = logTask.id): MeasuredRecord {
    const { recordLine, program } = domainRecord(number);
    return domainRecord(number, {
      idempotencyKey: measurementKey(taskId, recordLine),
      program: { loopNest: '', transformSteps: program.transformSteps },
    });
  }
}

function logTaskOf({ workloadKey, target, hardwareParams, device }: Task): LogTask {
  return createLogTask({ workloadKey, target, hardwareParams, deviceName: device.name });
}
