import { createRng } from '../../src/base';
import { LatencyModel } from '../../src/model';
import { openBackend } from '../../src/tensor';
import '../support/to-be-allclose';
import { referenceForward } from './reference-forward';
import { onDevice, sampleDevice, sampleProgram, sampleState, smallConfig } from './sample-model';

describe('LatencyModel on the JavaScript kernels', () => {
  it('should compute what its definition says', () => {
    const rng = createRng(3);
    const config = { ...smallConfig, decoders: 1 };
    const state = sampleState(rng, config);
    const device = sampleDevice(rng, config.deviceWidth);
    const programs = [2, 5].map((leafCount) => sampleProgram(rng, config.leafWidth, leafCount));
    const model = new LatencyModel(openBackend('js'), state);
    const { means } = model.predict(programs, onDevice(device));
    model.dispose();
    const expected = programs.map((program) => {
      const [[mean]] = referenceForward(state, program, device) as [[number, number]];
      return -0.4 + 1.3 * 0.75 * mean;
    });
    expect(means).toBeAllclose(expected, { absolute: 2e-5, relative: 2e-5 });
  });
});
