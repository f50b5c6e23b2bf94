import type { z } from 'zod';
import { invalidArgument } from '../errors';
import { type OptionSpec, switchOption, textOption, timeOption } from './option-spec';

/** Which records a command means: those to which everything given applies. */
export interface RecordFilterOptions {
  readonly deviceName: string | undefined;
  readonly taskId: string | undefined;
  readonly workloadKey: string | undefined;
  readonly networkName: string | undefined;
  readonly source: string | undefined;
  readonly isValid: boolean | undefined;
  readonly measuredAfterSeconds: number | undefined;
  readonly measuredBeforeSeconds: number | undefined;
}

export const RECORD_FILTER_SPECS: readonly OptionSpec[] = Object.freeze([
  { name: 'device', flag: '--device <name>', description: 'only records of this device' },
  {
    name: 'task',
    flag: '--task <id>',
    description: 'only this task; the first characters of its id will do',
  },
  {
    name: 'workload',
    flag: '--workload <key>',
    description: 'only tasks with this workload key, the whole of it',
  },
  {
    name: 'network',
    flag: '--network <name>',
    description: 'only tasks that occur in this network',
  },
  {
    name: 'source',
    flag: '--source <name>',
    description: "only records that came with this log's name or from this tuner",
  },
  { name: 'valid', flag: '--valid', description: 'only measurements that gave a latency' },
  { name: 'failed', flag: '--failed', description: 'only measurements that failed' },
  {
    name: 'since',
    flag: '--since <time>',
    description:
      'only measured at this time or later: 2026-11-21, 2026-11-21T10:00 (UTC), or 30d or 12h ago',
  },
  {
    name: 'olderThan',
    flag: '--older-than <time>',
    description:
      'only measured before this time: 2026-11-21, 2026-11-21T10:00 (UTC), or 30d or 12h ago',
  },
]);

export function recordFilterShape(nowSeconds: number) {
  return {
    device: textOption().optional(),
    task: textOption().optional(),
    workload: textOption().optional(),
    network: textOption().optional(),
    source: textOption().optional(),
    valid: switchOption(),
    failed: switchOption(),
    since: timeOption(nowSeconds).optional(),
    olderThan: timeOption(nowSeconds).optional(),
  };
}

type ParsedFilter = z.output<z.ZodObject<ReturnType<typeof recordFilterShape>>>;

/** INVALID_ARGUMENT where two of them exclude each other. */
export function recordFilterOf(parsed: ParsedFilter): RecordFilterOptions {
  if (parsed.valid && parsed.failed) {
    throw invalidArgument('--valid and --failed are both given; no record is both');
  }
  return Object.freeze({
    deviceName: parsed.device,
    taskId: parsed.task,
    workloadKey: parsed.workload,
    networkName: parsed.network,
    source: parsed.source,
    isValid: parsed.valid ? true : parsed.failed ? false : undefined,
    measuredAfterSeconds: parsed.since,
    measuredBeforeSeconds: parsed.olderThan,
  });
}
