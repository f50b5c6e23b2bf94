/** A device card as a JSON file: the fields of the wire's DeviceCard, and how they came about. */
import { z } from 'zod';
import { invalidArgument } from '../errors';
import type { DeviceCard } from '../program';

export interface DeviceFile {
  readonly path: string;
  readonly card: DeviceCard;
  /** Measured on the device, or copied from its data sheet. */
  readonly how: 'probed' | 'data-sheet';
  /** ISO 8601; of probed cards. */
  readonly when: string | undefined;
  /** Documents; of data sheets. */
  readonly source: string | undefined;
}

type CardNumber = Exclude<keyof DeviceCard, 'name' | 'kind'>;

/** What the wire calls each number of a card. */
const FIELDS: Readonly<Record<CardNumber, string>> = Object.freeze({
  cores: 'cores',
  simdBits: 'simd_bits',
  clockHertz: 'clock_hertz',
  peakFlops: 'peak_flops',
  memoryBandwidthBytesPerSecond: 'memory_bandwidth_bytes_per_second',
  l1CacheBytes: 'l1_cache_bytes',
  l2CacheBytes: 'l2_cache_bytes',
  l3CacheBytes: 'l3_cache_bytes',
  memoryBytes: 'memory_bytes',
  sharedMemoryBytesPerCore: 'shared_memory_bytes_per_core',
  registersPerCore: 'registers_per_core',
  maxThreadsPerCore: 'max_threads_per_core',
  warpSize: 'warp_size',
  launchOverheadSeconds: 'launch_overhead_seconds',
  l1BandwidthBytesPerSecond: 'l1_bandwidth_bytes_per_second',
  l2BandwidthBytesPerSecond: 'l2_bandwidth_bytes_per_second',
  l3BandwidthBytesPerSecond: 'l3_bandwidth_bytes_per_second',
});

/** 0, which means unknown, where the file says nothing. */
const figure = z.number().nonnegative().default(0);

const KINDS = Object.freeze({ DEVICE_KIND_CPU: 'cpu', DEVICE_KIND_GPU: 'gpu' } as const);

const schema = z.object({
  card: z.strictObject({
    name: z.string().min(1),
    kind: z.enum(['DEVICE_KIND_CPU', 'DEVICE_KIND_GPU']),
    ...Object.fromEntries(Object.values(FIELDS).map((field) => [field, figure])),
  }),
  how: z.enum(['probed', 'data-sheet']),
  when: z.string().optional(),
  source: z.string().optional(),
});

/** `message` as the schema left it. */
function toCard(message: Readonly<Record<string, unknown>>): DeviceCard {
  const numbers = Object.entries(FIELDS).map(([field, name]) => [field, message[name]]);
  const kind = KINDS[message.kind as keyof typeof KINDS];
  return Object.freeze({ name: message.name, kind, ...Object.fromEntries(numbers) });
}

/** INVALID_ARGUMENT names the file and what is wrong with it. */
export function parseDeviceFile(path: string, text: string): DeviceFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw notACard(path, (error as Error).message);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw notACard(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const { card, how, when, source } = parsed.data;
  return Object.freeze({ path, card: toCard(card), how, when, source });
}

function notACard(path: string, reason: string) {
  return invalidArgument(
    `${path} is no device card (${reason}); delete it, or probe the device again`,
  );
}
