const steps = 1024;
/** log2(1 + i / steps); one entry more than steps, so that the last can be interpolated. */
const table = Float64Array.from({ length: steps + 1 }, (_, i) => Math.log2(1 + i / steps));
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const [low, high] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];

/**
 * log2(1 + value), and 0 for what is below 0. By table and interpolation, within 2e-7: a leaf
 * takes some two hundred of them, and Math.log2 is a call out of compiled code.
 */
export function log2p1(value: number): number {
  if (!(value > 0)) return 0;
  bits[0] = 1 + value;
  const upper = words[high] as number;
  const exponent = (upper >>> 20) - 1023;
  const index = (upper >>> 10) & (steps - 1);
  const rest = ((upper & 1023) * 0x400000 + ((words[low] as number) >>> 10)) / 0x100000000;
  const start = table[index] as number;
  return exponent + start + ((table[index + 1] as number) - start) * rest;
}
