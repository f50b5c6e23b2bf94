/**
 * Named weights as bytes, in the safetensors format
 * (https://github.com/huggingface/safetensors#format): the length of the header
 * as a little-endian uint64, a JSON header, then the numbers, little-endian.
 * Python reads it with no code of ours, and it cannot carry anything to execute.
 */
import { createHash } from 'node:crypto';
import { invalidArgument } from '../errors';

/** A float32 array with its place in the model. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; as many numbers as the shape says. */
  readonly values: Float32Array;
}

/** What a reader expects to find. */
export type WeightSpec = Pick<NamedWeight, 'name' | 'shape'>;

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const LENGTH_BYTES = 8;
/** The header's end is padded so that numbers start at a multiple of this. */
const ALIGNMENT = 8;
const MAX_HEADER_BYTES = 1 << 20;

export function encodeWeights(weights: readonly NamedWeight[]): Uint8Array {
  const header: Record<string, HeaderEntry> = {};
  let offset = 0;
  for (const { name, shape, values } of weights) {
    const end = offset + values.length * 4;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(header);
  const headerText = json.padEnd(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT, ' ');
  const bytes = new Uint8Array(LENGTH_BYTES + headerText.length + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerText.length), true);
  bytes.set(Buffer.from(headerText, 'latin1'), LENGTH_BYTES);
  let at = LENGTH_BYTES + headerText.length;
  for (const { values } of weights) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/**
 * The weights in the order of `specs`. INVALID_ARGUMENT, with what differs, where
 * one is missing or has another shape or type, where there is one more, and where
 * the bytes are cut off or hold a number that is not finite.
 */
export function decodeWeights(bytes: Uint8Array, specs: readonly WeightSpec[]): NamedWeight[] {
  const { header, dataStart } = readHeader(bytes);
  const expected = new Set(specs.map((spec) => spec.name));
  const surplus = Object.keys(header).filter((name) => !expected.has(name));
  if (surplus.length > 0)
    throw invalidArgument(`weights: "${surplus[0]}" has no place in this model`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return specs.map(({ name, shape }) => {
    const entry = Object.hasOwn(header, name) ? header[name] : undefined;
    if (entry === undefined) throw invalidArgument(`weights: "${name}" is missing`);
    if (entry.dtype !== 'F32') {
      throw invalidArgument(`weights: "${name}" is ${entry.dtype}; it must be F32`);
    }
    if (String(entry.shape) !== String(shape)) {
      throw invalidArgument(`weights: "${name}" has shape [${entry.shape}]; it must be [${shape}]`);
    }
    const [begin, end] = entry.data_offsets;
    const count = shape.reduce((product, extent) => product * extent, 1);
    if (end - begin !== count * 4 || begin < 0 || dataStart + end > bytes.byteLength) {
      throw invalidArgument(
        `weights: "${name}" lies at ${begin}..${end} of ${bytes.byteLength - dataStart} bytes; ` +
          `it must be ${count * 4} bytes within them`,
      );
    }
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      values[i] = view.getFloat32(dataStart + begin + i * 4, true);
      if (!Number.isFinite(values[i])) {
        throw invalidArgument(`weights: "${name}" holds ${values[i]} at ${i}; it must be finite`);
      }
    }
    return { name, shape, values };
  });
}

/** Hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readHeader(bytes: Uint8Array): {
  header: Record<string, HeaderEntry>;
  dataStart: number;
} {
  const cutOff = () =>
    invalidArgument(`weights: ${bytes.byteLength} bytes are cut off in the header`);
  if (bytes.byteLength < LENGTH_BYTES) throw cutOff();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) {
    throw invalidArgument(
      `weights: header of ${length} bytes; it must be at most ${MAX_HEADER_BYTES}`,
    );
  }
  const dataStart = LENGTH_BYTES + length;
  if (bytes.byteLength < dataStart) throw cutOff();
  try {
    const text = Buffer.from(bytes.subarray(LENGTH_BYTES, dataStart)).toString('utf8');
    const header = Object.fromEntries(
      Object.entries(JSON.parse(text) as Record<string, HeaderEntry>).filter(
        ([name]) => name !== '__metadata__',
      ),
    );
    for (const entry of Object.values(header)) {
      if (!Array.isArray(entry.shape) || entry.data_offsets?.length !== 2)
        throw new SyntaxError('entry');
    }
    return { header, dataStart };
  } catch (thrown) {
    throw invalidArgument('weights: the header is not safetensors JSON', { cause: thrown });
  }
}
