/**
 * The same program gets the same latency bit for bit, whatever else is asked.
 * See the model room's README for why that holds.
 */
import { createRng, shuffle } from '../../src/base';
import { DEFAULT_SIZES, LatencyModel, type LeafSequence, validateConfig } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { onDevice, sampleDevice, sampleProgram, sampleState } from './sample-model';

const tf = openBackend('native');
// An odd number of columns: no row starts at the boundary of a vector register.
const config = validateConfig({
  ...DEFAULT_SIZES,
  leafWidth: 131,
  deviceWidth: 21,
  deviceNames: ['a', 'b'],
});
const rng = createRng(11);
const state = sampleState(rng, config);
const device = onDevice(sampleDevice(rng, config.deviceWidth), 2);
/** Mostly short, as programs are; every bucket up to 512 leaves is met. */
const LEAF_COUNTS = [1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 31, 33];
const programs: LeafSequence[] = Array.from({ length: 3000 }, () =>
  sampleProgram(rng, config.leafWidth, LEAF_COUNTS[rng.nextInt(LEAF_COUNTS.length)] as number),
);
programs.push(...[65, 100, 129, 300, 512].map((n) => sampleProgram(rng, config.leafWidth, n)));

function bitsOf(numbers: Float64Array): BigUint64Array {
  return new BigUint64Array(numbers.buffer.slice(0));
}

describe('a latency', () => {
  const model = new LatencyModel(tf, state);
  const whole = model.predict(programs, device);
  const expected = { means: bitsOf(whole.means), deviations: bitsOf(whole.deviations) };
  afterAll(() => model.dispose());

  /** Programs whose bits differ from the first answer. */
  function differing(by: LatencyModel, parts: readonly (readonly number[])[]): number {
    let count = 0;
    for (const part of parts) {
      const answer = by.predict(
        part.map((i) => programs[i] as LeafSequence),
        device,
      );
      const means = bitsOf(answer.means);
      const deviations = bitsOf(answer.deviations);
      part.forEach((i, k) => {
        if (means[k] !== expected.means[i] || deviations[k] !== expected.deviations[i]) count++;
      });
    }
    return count;
  }

  it('should differ between programs, or the rest shows nothing', () => {
    expect(new Set(expected.means).size).toBe(programs.length);
  });

  it.each([1, 2, 3])('should not depend on order or on how requests are cut (%i)', (seed) => {
    const draw = createRng(seed);
    const order = shuffle([...programs.keys()], draw);
    const parts: number[][] = [];
    for (let start = 0; start < order.length; ) {
      const size = 1 + draw.nextInt(draw.next() < 0.5 ? 40 : 1500);
      parts.push(order.slice(start, start + size));
      start += size;
    }
    expect(differing(model, parts)).toBe(0);
  });

  it('should not depend on the neighbours, even absurd ones', () => {
    const absurd = sampleProgram(createRng(1), config.leafWidth, 3);
    absurd.leaves.fill(1e38);
    for (let i = 0; i < 60; i++) {
      const before = Array.from({ length: i * 4 }, () => absurd);
      const { means } = model.predict([...before, programs[i] as LeafSequence, absurd], device);
      expect(bitsOf(means)[before.length]).toBe(expected.means[i]);
    }
  });

  it('should not depend on which copy of the weights answers', () => {
    const copy = new LatencyModel(tf, { ...state, values: state.values.slice() });
    const order = shuffle([...programs.keys()], createRng(9)).slice(0, 700);
    expect(differing(copy, [order])).toBe(0);
    copy.dispose();
  });
});
