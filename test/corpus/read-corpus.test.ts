import { createRng, shuffle } from '../../src/base';
import { type Corpus, type CorpusProgress, readCorpus } from '../../src/corpus';
import { Code } from '../../src/errors';
import { loopNestSource } from '../../src/features';
import {
  computationHash,
  createLogTask,
  kernelHash,
  operatorFamily,
  type Task,
} from '../../src/program';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import '../support/to-be-allclose';
import { syntheticSource } from '../zoo/synthetic-features';
import { leafRecord, numberedRecord, sampleTasks, withMemoryStore } from './sample-corpus';

const [first, second] = sampleTasks as [Task, Task];
const bert = sampleTasks[4] as Task;

/** What is told of entries, typed arrays as lists. */
function contentOf({ tasks, entries }: Corpus) {
  return entries.map(({ taskIndex, example, programHash, latencySeconds }) => ({
    task: tasks[taskIndex]?.task.id,
    programHash,
    latencySeconds,
    leaves: [...example.program.leaves],
    positions: [...example.program.positions],
    depths: [...example.program.depths],
  }));
}

describe('readCorpus', () => {
  it('should give one entry a program, with the geometric mean of its measurements', async () => {
    const { entries, refused } = await withMemoryStore(async (store) => {
      await store.putTask(first);
      const program = [[1, 2, 3, 4]];
      const records = [
        // Mean 2; then 8 and 4, measured in the other order.
        leafRecord(program, [1, 3], { timestampSeconds: 10 }),
        leafRecord(program, [8], { timestampSeconds: 30 }),
        leafRecord(program, [4], { timestampSeconds: 20 }),
        leafRecord([[5, 6, 7, 8]], [1]),
      ];
      await store.append(first.id, records, 'a');
      return readCorpus(store, { source: syntheticSource() });
    });
    expect(refused.count).toBe(0);
    expect(entries).toHaveLength(2);
    const repeated = entries.find((entry) => entry.sequences.length === 3);
    expect(repeated?.sequences).toEqual([1, 3, 2]);
    expect(repeated?.recordSeconds).toEqual([2, 4, 8]);
    expect(repeated?.latencySeconds).toBeCloseTo((2 * 4 * 8) ** (1 / 3), 12);
    expect(repeated?.repetitionSpread).toBeCloseTo((4 - 2) / 3, 12);
    const once = entries.find((entry) => entry.sequences.length === 1);
    expect(once?.repetitionSpread).toBeUndefined();
    expect(once?.latencySeconds).toBeCloseTo(1, 12);
  });

  it('should know of each task what splits and reports ask', async () => {
    const { tasks, entries, schema } = await withMemoryStore(async (store) => {
      for (const task of [first, bert]) {
        await store.putTask(task);
        await store.append(
          task.id,
          [leafRecord([[1, 2, 3, 4]], [1], { idempotencyKey: task.id })],
          'a',
        );
      }
      return readCorpus(store, { source: syntheticSource() });
    });
    expect(tasks.map(({ task }) => task.id)).toEqual([first.id, bert.id].sort());
    const found = tasks.find(({ task }) => task.id === bert.id);
    expect(found).toMatchObject({
      computation: computationHash(bert),
      kernel: kernelHash(bert),
      family: operatorFamily(bert),
      deviceName: bert.device.name,
      networks: ['bert'],
    });
    expect(entries.map(({ taskIndex }) => taskIndex)).toEqual([0, 1]);
    expect(entries[0]?.example.taskId).toBe(tasks[0]?.task.id);
    expect([...(entries[0]?.example.device ?? [])]).toEqual([2, 3]);
    expect(schema).toEqual(syntheticSource().schema);
  });

  it('should hold the features of a task in one array, each program its own rows', async () => {
    const { entries } = await withMemoryStore(async (store) => {
      await store.putTask(first);
      const records = Array.from({ length: 300 }, (_, i) =>
        leafRecord(
          Array.from({ length: 1 + (i % 3) }, (_, leaf) => [i, leaf, 0, 1]),
          [1e-3],
        ),
      );
      await store.append(first.id, records, 'a');
      return readCorpus(store, { source: syntheticSource() });
    });
    expect(entries).toHaveLength(300);
    const buffers = new Set(entries.map(({ example }) => example.program.leaves.buffer));
    expect(buffers.size).toBe(1);
    for (const { example } of entries) {
      const { leafCount, leaves, positions, depths } = example.program;
      const number = leaves[0] as number;
      expect(leafCount).toBe(1 + (number % 3));
      expect([...leaves]).toEqual(
        Array.from({ length: leafCount }, (_, leaf) => [number, leaf, 0, 1]).flat(),
      );
      expect([...positions]).toEqual(Array.from({ length: leafCount }, (_, leaf) => 3 * leaf));
      expect([...depths]).toEqual(Array(leafCount).fill(2));
    }
    expect(new Set(entries.map(({ example }) => example.program.leaves[0])).size).toBe(300);
  });

  it('should be the same in whatever order the records came', async () => {
    const records = Array.from({ length: 1500 }, (_, i) => ({
      task: sampleTasks[i % 4] as Task,
      record: { ...numberedRecord(i % 600, 1e-4 * (1 + i)), idempotencyKey: String(i) },
    }));
    const read = (order: typeof records) =>
      withMemoryStore(async (store) => {
        for (const task of sampleTasks) await store.putTask(task);
        for (const { task, record } of order) await store.append(task.id, [record], 'a');
        return contentOf(await readCorpus(store, { source: syntheticSource() }));
      });
    const inOrder = await read(records);
    const shuffled = await read(shuffle([...records], createRng(1)));
    expect(shuffled.map(({ latencySeconds: _, ...rest }) => rest)).toEqual(
      inOrder.map(({ latencySeconds: _, ...rest }) => rest),
    );
    // Sums of logarithms in another order.
    expect(shuffled.map((one) => one.latencySeconds)).toBeAllclose(
      inOrder.map((one) => one.latencySeconds),
      { relative: 1e-12, absolute: 0 },
    );
  });

  it('should count what gives no label, by reason', async () => {
    const logTask = createLogTask({
      workloadKey: '["unknown"]',
      target: 'cuda',
      hardwareParams: first.hardwareParams,
      deviceName: 'v100',
    });
    const { entries, refused } = await withMemoryStore(async (store) => {
      await store.putTask(first);
      const unreadable = (number: number) => ({
        ...numberedRecord(number, 1),
        idempotencyKey: `unreadable ${number}`,
        program: { loopNest: `line ${number}`, transformSteps: '' },
      });
      const infinite = leafRecord([[1, 2, 3, 4]], [1], { idempotencyKey: 'infinite' });
      await store.append(
        first.id,
        [
          numberedRecord(1, 1),
          leafRecord([[2, 0, 0, 0]], [1], { errorNumber: 4 }),
          unreadable(1),
          { ...unreadable(1), idempotencyKey: 'again' },
          unreadable(2),
          { ...infinite, program: { loopNest: '[[1e99,0,0,0]]', transformSteps: '' } },
        ],
        'a',
      );
      await store.append(await store.putLogTask(logTask), [numberedRecord(3, 1)], 'b');
      return readCorpus(store, { source: syntheticSource() });
    });
    expect(entries).toHaveLength(1);
    expect(refused.count).toBe(6);
    expect(Object.fromEntries(refused.reasons)).toEqual({
      'not measured': 1,
      'unreadable: loop_nest: not JSON': 3,
      'a feature is not finite': 1,
      'the task is known by its log alone': 1,
    });
  });

  it('should leave out a task without a readable program', async () => {
    const { tasks, entries } = await withMemoryStore(async (store) => {
      for (const task of [first, second]) await store.putTask(task);
      await store.append(first.id, [leafRecord([[1, 0, 0, 0]], [2], { errorNumber: 1 })], 'a');
      await store.append(second.id, [numberedRecord(1, 1)], 'a');
      return readCorpus(store, { source: syntheticSource() });
    });
    expect(tasks.map(({ task }) => task.id)).toEqual([second.id]);
    expect(entries.map(({ taskIndex }) => taskIndex)).toEqual([0]);
  });

  it('should extract a program once, however often it was measured', async () => {
    const source = syntheticSource();
    await withMemoryStore(async (store) => {
      await store.putTask(first);
      // Over more than one page.
      for (let i = 0; i < 3; i++) {
        const records = Array.from({ length: 600 }, (_, k) => ({
          ...numberedRecord(k % 100, 1e-3 * (1 + k)),
          idempotencyKey: `${i} ${k}`,
        }));
        await store.append(first.id, records, 'a');
      }
      const { entries } = await readCorpus(store, { source });
      expect(entries.map(({ sequences }) => sequences.length)).toEqual(Array(100).fill(18));
    });
    expect(source.extracted.count).toBe(100);
  });

  it('should read what the filter means, tell how far it is, and stop when asked', async () => {
    const steps: CorpusProgress[] = [];
    await withMemoryStore(async (store) => {
      for (const task of sampleTasks) {
        await store.putTask(task);
        const records = Array.from({ length: 700 }, (_, k) => ({
          ...numberedRecord(k, 1e-3),
          idempotencyKey: `${task.id} ${k}`,
        }));
        await store.append(task.id, records, 'a');
      }
      const { tasks, entries } = await readCorpus(store, {
        source: syntheticSource(),
        filter: { deviceName: 'two' },
        onProgress: (progress) => steps.push(progress),
      });
      expect(new Set(tasks.map((task) => task.deviceName))).toEqual(new Set(['two']));
      expect(entries).toHaveLength(1400);
      const controller = new AbortController();
      const reading = readCorpus(store, {
        source: syntheticSource(),
        signal: controller.signal,
        onProgress: ({ recordsDone }) => {
          if (recordsDone > 0) controller.abort();
        },
      });
      await expectError(() => reading, Code.Cancelled, /stopped after 1024 of 3500/);
    });
    expect(steps[0]).toEqual({ recordsDone: 0, total: 1400 });
    expect(steps.at(-1)).toEqual({ recordsDone: 1400, total: 1400 });
    expect(steps.length).toBeGreaterThan(2);
  });

  it("should read TVM's own programs", async () => {
    const { task, programs, records } = loadFixture('matmul-cpu');
    const { entries, refused, schema } = await withMemoryStore(async (store) => {
      await store.putTask(task);
      await store.append(
        task.id,
        records.map((one) => one.record),
        'fixture',
      );
      return readCorpus(store, { source: loopNestSource });
    });
    expect(programs.length).toBeGreaterThan(0);
    expect(entries.length + refused.count).toBeLessThanOrEqual(records.length);
    expect(entries.length).toBeGreaterThan(10);
    for (const { example } of entries) {
      expect(example.program.leaves).toHaveLength(example.program.leafCount * schema.leaf.length);
      expect(example.program.leaves.every(Number.isFinite)).toBe(true);
    }
  });
});
