import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type LogLine, readLog } from '../ansor-log';
import { invalidArgument } from '../errors';
import { measuredLatencySeconds } from '../program';
import type { BrokenLine, RecordStore } from '../store';
import { LogBatch } from './log-batch';
import type { LogSource } from './log-source';
import { measuredRecordOf, type TaskResolver } from './log-tasks';

/** What one log held and what became of it. */
export interface LogReport {
  readonly path: string;
  readonly deviceName: string;
  /** Lines that an earlier, interrupted import of the same content had stored already. */
  readonly resumedAfterLine: number;
  /** An earlier import of the same content had stored all of it: nothing was read. */
  readonly wasComplete: boolean;
  /** `records + broken`: empty lines and comments are left out. */
  readonly lines: number;
  readonly records: number;
  /** Records with a latency, and those of failed measurements. */
  readonly valid: number;
  readonly failed: number;
  /** Records that are new in the store, and those that it held. */
  readonly accepted: number;
  readonly duplicates: number;
  /** Of all imports of this content: it has them whoever met them. */
  readonly broken: number;
  /** The first of the broken lines. */
  readonly brokenLines: readonly BrokenLine[];
}

export interface ImportLogOptions {
  /** Reads logs too that an earlier import has read. */
  readonly again: boolean;
  readonly onRead: (byteCount: number) => void;
  readonly onStored: (recordCount: number) => void;
}

/** Broken lines that a report names; the others are counted. */
const BROKEN_NAMED = 20;

/**
 * Stores the records of one log, some thousands a transaction. How far it has
 * come is stored with them, so that an import that ended anywhere goes on from
 * there; content that was imported whole is not read again.
 */
export async function importLog(
  store: RecordStore,
  tasks: TaskResolver,
  log: LogSource,
  options: ImportLogOptions,
): Promise<LogReport> {
  const fileHash = await importHashOf(log);
  const mark = options.again ? undefined : await store.importMark(fileHash);
  const afterLine = mark?.linesDone ?? 0;
  const broken = mark?.broken ?? 0;
  const counts = { lines: broken, records: 0, valid: 0, accepted: 0, duplicates: 0, broken };
  const brokenLines: BrokenLine[] = [...(mark?.brokenLines ?? [])];
  const batch = new LogBatch();
  let linesDone = afterLine;

  const flush = async (isComplete: boolean): Promise<void> => {
    const result = await store.appendBatch(batch.take(), log.name, {
      fileHash,
      linesDone,
      broken: counts.broken,
      brokenLines,
      isComplete,
    });
    counts.accepted += result.accepted;
    counts.duplicates += result.duplicates;
    options.onStored(result.accepted + result.duplicates);
  };
  const take = async (line: LogLine): Promise<void> => {
    counts.lines += 1;
    linesDone = line.number;
    if (!line.ok) {
      counts.broken += 1;
      const { number, reason } = line;
      if (brokenLines.length < BROKEN_NAMED) brokenLines.push({ number, reason });
      return;
    }
    counts.records += 1;
    const taskId = await tasks.taskIdOf(line.record, log.deviceName);
    const record = measuredRecordOf(taskId, line.record, line.text);
    if (measuredLatencySeconds(record) !== undefined) counts.valid += 1;
    batch.add(taskId, record);
    if (batch.isFull) await flush(false);
  };

  if (mark?.isComplete !== true) {
    for await (const lines of readLog(log.path, { afterLine, onRead: options.onRead })) {
      for (const line of lines) await take(line);
    }
    await flush(true);
  }
  return Object.freeze({
    path: log.path,
    deviceName: log.deviceName,
    resumedAfterLine: afterLine,
    wasComplete: mark?.isComplete === true,
    ...counts,
    failed: counts.records - counts.valid,
    brokenLines,
  });
}

/**
 * Names the content of a log on one device. The device belongs to it: the same
 * log taken for another device's is another import.
 */
async function importHashOf({ path, deviceName }: LogSource): Promise<string> {
  const hash = createHash('sha256').update(`${deviceName}\n`);
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (thrown) {
    const { message } = thrown as Error;
    throw invalidArgument(`log ${path} cannot be read: ${message}`, { cause: thrown });
  }
  return hash.digest('hex');
}
