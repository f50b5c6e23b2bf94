import { Code } from '../../src/errors';
import { createLogTask, type LogTask, type MeasuredRecord } from '../../src/program';
import type { PruneRules, RecordFilter, RecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';

/** The part of the contract of RecordStore that looks through records, counts and prunes them. */
export function recordQueriesContract(store: () => RecordStore): void {
  const network = (name: string) => ({ name, occurrences: 1 });
  const task = { ...domainTask(8), networks: [network('resnet-18'), network('vgg-16')] };
  const elsewhere = { ...domainTask(16, 'elsewhere'), networks: [network('vgg-16')] };
  const logTask: LogTask = createLogTask({
    workloadKey: '["log"]',
    target: 'llvm',
    hardwareParams: task.hardwareParams,
    deviceName: 'elsewhere',
  });

  /** A measurement of a program, both by number; a latency of undefined: it failed. */
  function measured(number: number, program: number, latency: number | undefined): MeasuredRecord {
    return domainRecord(number, {
      program: { loopNest: '', transformSteps: `[[${program}]]` },
      costsSeconds: [latency ?? 1e10],
      errorNumber: latency === undefined ? 4 : 0,
      timestampSeconds: number * 10,
    });
  }

  /** Records 1 to 10; what the counts below are of. */
  async function fill(): Promise<void> {
    await store().putTask(task);
    await store().putTask(elsewhere);
    await store().putLogTask(logTask);
    const ofTask = [
      measured(1, 1, 4),
      measured(2, 2, 1),
      measured(3, 1, 5),
      measured(4, 3, undefined),
      measured(5, 2, 3),
      measured(6, 1, 3),
    ];
    await store().append(task.id, ofTask, 'tuner');
    await store().append(elsewhere.id, [measured(7, 1, 2), measured(8, 1, undefined)], 'tuner');
    await store().append(logTask.id, [measured(9, 1, 8), measured(10, 1, 10)], 'a.json');
  }

  describe('readRecords()', () => {
    beforeEach(fill);

    it('should give everything that is kept of a record', async () => {
      const [stored, ...others] = await store().readRecords({}, 8, 1);
      expect(others).toEqual([]);
      expect(stored).toEqual({
        sequence: 9,
        task: logTask,
        record: measured(9, 1, 8),
        source: 'a.json',
        storedSeconds: expect.any(Number),
        programHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const now = Date.now() / 1000;
      expect(Math.abs((stored?.storedSeconds ?? 0) - now)).toBeLessThan(600);
    });

    it('should give measurements of one program one hash, and others another', async () => {
      const hashes = (await store().readRecords({ taskId: task.id }, 0, 100)).map(
        ({ programHash }) => programHash,
      );
      const [one, two, , three] = hashes;
      expect(hashes).toEqual([one, two, one, three, two, one]);
      expect(new Set(hashes).size).toBe(3);
    });

    it.each<[string, RecordFilter, number[]]>([
      ['no filter', {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
      ['a device', { deviceName: 'elsewhere' }, [7, 8, 9, 10]],
      ['a task', { taskId: task.id }, [1, 2, 3, 4, 5, 6]],
      ['the start of a task id', { taskId: logTask.id.slice(0, 9) }, [9, 10]],
      ['the start of an id with capitals', { taskId: 'LOG-' }, []],
      ['a start with a wildcard', { taskId: '%' }, []],
      ['a workload key', { workloadKey: elsewhere.workloadKey }, [7, 8]],
      ['a network', { networkName: 'vgg-16' }, [1, 2, 3, 4, 5, 6, 7, 8]],
      ['a network of one task', { networkName: 'resnet-18' }, [1, 2, 3, 4, 5, 6]],
      ['a source', { source: 'a.json' }, [9, 10]],
      ['valid ones', { isValid: true }, [1, 2, 3, 5, 6, 7, 9, 10]],
      ['failed ones', { isValid: false }, [4, 8]],
      ['a time', { measuredAfterSeconds: 30, measuredBeforeSeconds: 60 }, [3, 4, 5]],
      ['two things', { deviceName: 'elsewhere', isValid: true, source: 'tuner' }, [7]],
    ])('should filter by %s', async (_what, filter, sequences) => {
      const stored = await store().readRecords(filter, 0, 100);
      expect(stored.map(({ sequence }) => sequence)).toEqual(sequences);
    });

    it('should begin after the given sequence and end at the limit', async () => {
      const stored = await store().readRecords({ isValid: true }, 3, 2);
      expect(stored.map(({ sequence }) => sequence)).toEqual([5, 6]);
    });
  });

  describe('listTasks()', () => {
    beforeEach(fill);

    it('should count what is stored under each task, by device and workload key', async () => {
      await store().putTask(domainTask(32));
      expect(await store().listTasks({})).toEqual([
        {
          task: logTask,
          records: 2,
          validRecords: 2,
          programs: 1,
          repetitions: 1,
          bestLatencySeconds: 8,
        },
        {
          task: elsewhere,
          records: 2,
          validRecords: 1,
          programs: 1,
          repetitions: 1,
          bestLatencySeconds: 2,
        },
        {
          task,
          records: 6,
          validRecords: 5,
          programs: 3,
          repetitions: 3,
          bestLatencySeconds: 1,
        },
      ]);
    });

    it('should count of them what the filter means', async () => {
      expect(await store().listTasks({ isValid: false, deviceName: 'local' })).toEqual([
        {
          task,
          records: 1,
          validRecords: 0,
          programs: 1,
          repetitions: 0,
          bestLatencySeconds: undefined,
        },
      ]);
    });
  });

  describe('stats()', () => {
    // Program 1 on `local`: 4, 5, 3. Program 2: 1, 3. The log's: 8, 10.
    const spreads = { one: (1 + 2) / 2 / 4, two: 2 / 2, log: 2 / 9 };
    const local = {
      tasks: 1,
      logTasks: 0,
      records: 6,
      validRecords: 5,
      programs: 3,
      repetitions: 3,
      repeatability: (spreads.one + spreads.two) / 2,
    };

    it('should count nothing in an empty store', async () => {
      expect(await store().stats({})).toEqual({
        total: {
          tasks: 0,
          logTasks: 0,
          records: 0,
          validRecords: 0,
          programs: 0,
          repetitions: 0,
          repeatability: undefined,
        },
        devices: [],
        networks: [],
        sources: [],
      });
    });

    it('should count all, by device, by network and by source', async () => {
      await fill();
      const { total, devices, networks, sources } = await store().stats({});
      expect(total).toEqual({
        tasks: 3,
        logTasks: 1,
        records: 10,
        validRecords: 8,
        programs: 5,
        repetitions: 5,
        repeatability: spreads.one,
      });
      expect(devices).toEqual([
        {
          name: 'elsewhere',
          tasks: 2,
          logTasks: 1,
          records: 4,
          validRecords: 3,
          programs: 2,
          repetitions: 2,
          repeatability: expect.closeTo(spreads.log, 12),
        },
        { name: 'local', ...local },
      ]);
      expect(networks).toEqual([
        { name: 'resnet-18', ...local },
        {
          name: 'vgg-16',
          ...local,
          tasks: 2,
          records: 8,
          validRecords: 6,
          programs: 4,
          repetitions: 4,
        },
      ]);
      expect(sources.map(({ name, records, tasks }) => [name, records, tasks])).toEqual([
        ['a.json', 2, 1],
        ['tuner', 8, 2],
      ]);
    });

    it('should count what the filter means', async () => {
      await fill();
      const { total, networks } = await store().stats({ networkName: 'resnet-18' });
      expect(total).toEqual(local);
      // The task is in both.
      expect(networks.map(({ name, records }) => [name, records])).toEqual([
        ['resnet-18', 6],
        ['vgg-16', 6],
      ]);
    });
  });

  describe('prune()', () => {
    beforeEach(fill);

    it.each<[string, PruneRules, number[], number]>([
      ['what the filter means', { isValid: false }, [1, 2, 3, 5, 6, 7, 9, 10], 2],
      ['what is old', { measuredBeforeSeconds: 80 }, [8, 9, 10], 2],
      ['all but the best program of each task', { keepBest: 1 }, [2, 5, 7, 9, 10], 2],
      ['all but the two best', { keepBest: 2 }, [1, 2, 3, 5, 6, 7, 9, 10], 2],
      [
        'all but the newest repetition, a valid one where there is one',
        { keepNewestRepetition: true },
        [4, 5, 6, 7, 10],
        3,
      ],
      [
        'all but what one of two rules keeps',
        { keepBest: 1, keepNewestRepetition: true },
        [2, 4, 5, 6, 7, 9, 10],
        2,
      ],
      [
        'of what the filter means, what no rule keeps',
        { deviceName: 'elsewhere', keepNewestRepetition: true },
        [1, 2, 3, 4, 5, 6, 7, 10],
        2,
      ],
      ['nothing', { source: 'nobody' }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0],
    ])('should take away %s', async (_what, rules, left, tasks) => {
      const expected = { records: 10 - left.length, tasks };
      expect(await store().prune(rules, true)).toEqual(expected);
      expect(await store().countRecords()).toBe(10);
      expect(await store().prune(rules, false)).toEqual(expected);
      expect(await store().countRecords()).toBe(left.length);
      const kept = await store().readRecords({}, 0, 100);
      expect(kept.map(({ sequence }) => sequence)).toEqual(left);
    });

    it('should not give the sequences of what went out again', async () => {
      await store().prune({ measuredAfterSeconds: 60 }, false);
      expect(await store().lastSequence()).toBe(5);
      const again = await store().append(task.id, [measured(6, 1, 3)], '');
      expect(again).toEqual({ accepted: 1, duplicates: 0, lastSequence: 11, totalRecords: 6 });
    });

    it.each<[PruneRules, RegExp]>([
      [{}, /neither a filter nor a rule/],
      [{ source: undefined, keepNewestRepetition: false }, /neither a filter nor a rule/],
      [{ keepBest: 0 }, /^keepBest is 0; expected an integer of at least 1$/],
      [{ keepBest: 1.5 }, /^keepBest is 1\.5/],
    ])('should refuse %p', async (rules, message) => {
      await expectError(() => store().prune(rules, false), Code.InvalidArgument, message);
      expect(await store().countRecords()).toBe(10);
    });
  });
}
