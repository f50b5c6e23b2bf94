import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { LatencyModel, type LatencyModelConfig, validateConfig } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { expectError } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';
import { referenceForward } from './reference-forward';
import { onDevice, sampleDevice, sampleProgram, sampleState, smallConfig } from './sample-model';

const tf = openBackend('native');

/** The mixture of the decoders, from the definition. */
function expectedOf(outputs: number[][], mean: number, deviation: number, share: number) {
  const means = outputs.map(([m]) => m as number);
  const centre = means.reduce((sum, m) => sum + m, 0) / means.length;
  const noise = outputs.reduce((sum, [, v]) => sum + Math.exp(v as number), 0) / outputs.length;
  const spread = means.reduce((sum, m) => sum + (m - centre) ** 2, 0) / means.length;
  return {
    mean: mean + deviation * share * centre,
    deviation: (deviation / share) * Math.sqrt(noise + spread),
  };
}

describe('LatencyModel', () => {
  it.each<[string, Partial<LatencyModelConfig>]>([
    ['small', {}],
    ['one layer, one head, one decoder', { layers: 1, heads: 1, decoders: 1 }],
    ['no device card', { deviceWidth: 0 }],
    ['a table of devices', { deviceNames: ['a', 'b'] }],
  ])('should compute what its definition says: %s', (_, change) => {
    const rng = createRng(3);
    const config = { ...smallConfig, ...change };
    const state = sampleState(rng, config);
    const device = sampleDevice(rng, config.deviceWidth);
    const programs = [1, 2, 3, 4, 5, 8, 9, 17, 40].map((leafCount) =>
      sampleProgram(rng, config.leafWidth, leafCount),
    );
    const model = new LatencyModel(tf, state);
    const row = config.deviceNames.length;
    const { means, deviations } = model.predict(programs, onDevice(device, row));
    model.dispose();
    const expected = programs.map((program) =>
      expectedOf(referenceForward(state, program, device, row), -0.4, 1.3, 0.75),
    );
    expect(means).toBeAllclose(
      expected.map((each) => each.mean),
      { absolute: 2e-5, relative: 2e-5 },
    );
    expect(deviations).toBeAllclose(
      expected.map((each) => each.deviation),
      { absolute: 2e-5, relative: 2e-5 },
    );
  });

  it('should look at every leaf, wherever it stands', () => {
    const rng = createRng(4);
    const model = new LatencyModel(tf, sampleState(rng, smallConfig));
    const device = sampleDevice(rng, smallConfig.deviceWidth);
    const program = sampleProgram(rng, smallConfig.leafWidth, 6);
    const changed = Array.from({ length: 6 }, (_, leaf) => {
      const leaves = program.leaves.slice();
      leaves[leaf * smallConfig.leafWidth] = (leaves[leaf * smallConfig.leafWidth] as number) + 2;
      return { ...program, leaves };
    });
    const moved = { ...program, positions: program.positions.map((p) => p + 1) };
    const { means } = model.predict([program, ...changed, moved], onDevice(device));
    model.dispose();
    expect(new Set(means).size).toBe(1 + 6 + 1);
  });

  it('should look at the device card', () => {
    const rng = createRng(5);
    const model = new LatencyModel(tf, sampleState(rng, smallConfig));
    const program = sampleProgram(rng, smallConfig.leafWidth, 3);
    const [a, b] = [1, 2].map(() => sampleDevice(rng, smallConfig.deviceWidth));
    const [first, second] = [a, b].map(
      (d) => model.predict([program], onDevice(d as Float32Array)).means[0],
    );
    model.dispose();
    expect(first).not.toBe(second);
  });

  it('should take a device of its own for each program', () => {
    const rng = createRng(9);
    const config = { ...smallConfig, deviceNames: ['a'] };
    const model = new LatencyModel(tf, sampleState(rng, config));
    const programs = [2, 7, 2].map((count) => sampleProgram(rng, config.leafWidth, count));
    const devices = [0, 1, 1].map((row) => ({
      vector: sampleDevice(rng, config.deviceWidth),
      row,
    }));
    const together = model.predict(programs, devices).means;
    const alone = programs.map(
      (program, i) => model.predict([program], devices.slice(i, i + 1)).means[0],
    );
    const elsewhere = model.predict(programs.slice(1, 2), [{ ...devices[1], row: 0 } as never]);
    model.dispose();
    expect(Array.from(together)).toEqual(alone);
    expect(elsewhere.means[0]).not.toBe(together[1]);
  });

  it('should embed a program alike on all devices and beside all others', () => {
    const rng = createRng(10);
    const model = new LatencyModel(tf, sampleState(rng, smallConfig));
    const programs = [3, 9, 3].map((count) => sampleProgram(rng, smallConfig.leafWidth, count));
    const width = smallConfig.decoderWidth;
    const all = model.embed(programs);
    const last = model.embed(programs.slice(2));
    model.dispose();
    expect(all).toHaveLength(3 * width);
    expect(Array.from(all.subarray(2 * width))).toEqual(Array.from(last));
    expect(Array.from(all.subarray(0, width))).not.toEqual(Array.from(last));
    expect(all.every((value) => value >= 0)).toBe(true);
  });

  it('should give finite answers to extreme numbers', () => {
    const rng = createRng(6);
    const model = new LatencyModel(tf, sampleState(rng, smallConfig));
    const program = sampleProgram(rng, smallConfig.leafWidth, 3);
    const extreme = [3e38, -3e38, 0].map((value) => ({
      ...program,
      leaves: program.leaves.map(() => value),
      positions: program.positions.map(() => 2 ** 31 - 1),
    }));
    const { means, deviations } = model.predict(
      extreme,
      onDevice(new Float32Array(smallConfig.deviceWidth)),
    );
    model.dispose();
    expect([...means, ...deviations].every(Number.isFinite)).toBe(true);
    expect([...deviations].every((deviation) => deviation > 0)).toBe(true);
  });

  it('should answer nothing to nothing', () => {
    const model = new LatencyModel(tf, sampleState(createRng(7), smallConfig));
    const nothing = model.predict([], onDevice(new Float32Array(smallConfig.deviceWidth)));
    expect(nothing.means).toHaveLength(0);
    expect(model.embed([])).toHaveLength(0);
    model.dispose();
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, () => {
      const rng = createRng(8);
      const model = new LatencyModel(tf, sampleState(rng, smallConfig));
      const device = sampleDevice(rng, smallConfig.deviceWidth);
      const programs = [sampleProgram(rng, smallConfig.leafWidth, 5)];
      model.predict(programs, onDevice(device));
      model.embed(programs);
      model.dispose();
    }));
});

describe('validateConfig()', () => {
  it('should name field, value and bound', async () => {
    await expectError(
      () => validateConfig({ ...smallConfig, layers: 0 }),
      Code.InvalidArgument,
      /config.layers: 0; .* from 1 to 24/,
    );
    await expectError(
      () => validateConfig({ ...smallConfig, width: 18 }),
      Code.InvalidArgument,
      /config.width: 18; .* multiple of 2 x heads = 4/,
    );
    await expectError(
      () => validateConfig({ ...smallConfig, deviceNames: ['a', 'b', 'a'] }),
      Code.InvalidArgument,
      /config.deviceNames: "a" is there twice/,
    );
    await expectError(
      () => validateConfig({ ...smallConfig, deviceWidth: 0, deviceNames: ['a'] }),
      Code.InvalidArgument,
      /config.deviceNames: 1 names; there must be at most 0/,
    );
  });
});
