import { createRng } from '../../src/base';
import { deviceRow, LatencyModel, type ModelState, withDevices } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { onDevice, sampleDevice, sampleProgram, sampleState, smallConfig } from './sample-model';

const tf = openBackend('native');
const rng = createRng(3);
const program = sampleProgram(rng, smallConfig.leafWidth, 4);
const vector = sampleDevice(rng, smallConfig.deviceWidth);

function meanOn(state: ModelState, deviceName: string): number {
  const model = new LatencyModel(tf, state);
  const { means } = model.predict([program], onDevice(vector, deviceRow(state.config, deviceName)));
  model.dispose();
  return means[0] as number;
}

describe('withDevices()', () => {
  const known = sampleState(rng, { ...smallConfig, deviceNames: ['a', 'b'] });

  it('should answer as before, for known devices and for new ones', () => {
    const grown = withDevices(known, ['b', 'c', 'c', 'd']);
    expect(grown.config.deviceNames).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['a', 'b', 'c', 'd', 'unheard of']) {
      expect(meanOn(grown, name)).toBe(meanOn(known, name));
    }
    expect(meanOn(known, 'a')).not.toBe(meanOn(known, 'c'));
  });

  it('should give a table to a model that has none', () => {
    const without = sampleState(createRng(4), smallConfig);
    const grown = withDevices(without, ['a']);
    expect(grown.config.deviceNames).toEqual(['a']);
    expect(meanOn(grown, 'a')).toBe(meanOn(without, 'a'));
  });

  it('should leave alone what knows all of them', () => {
    expect(withDevices(known, ['b'])).toBe(known);
  });
});
