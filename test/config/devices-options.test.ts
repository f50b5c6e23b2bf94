import { loadDevicesListOptions, loadDevicesProbeOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('loadDevicesListOptions()', () => {
  it('should look where the shim looks', () => {
    const environment = { XDG_DATA_HOME: '/data' };
    expect(loadDevicesListOptions({}, environment)).toEqual({
      devicesDir: '/data/cdmpp/devices',
      json: false,
    });
    expect(
      loadDevicesListOptions({ json: true }, { ...environment, CDMPP_DEVICES_DIR: '/cards' }),
    ).toEqual({ devicesDir: '/cards', json: true });
  });
});

describe('loadDevicesProbeOptions()', () => {
  it('should probe all devices with the Python of the checkout, or the one on the path', () => {
    const options = loadDevicesProbeOptions({}, {});
    expect(options.devices).toEqual([]);
    expect(options.python).toMatch(/^(\/.*\/\.venv\/bin\/python|python3)$/);
  });

  it('should take names, folder and Python', () => {
    expect(
      loadDevicesProbeOptions(
        { devices: 'avx2-1t,sse2-2t', devicesDir: 'cards' },
        { CDMPP_TVM_PYTHON: '/opt/tvm/bin/python', CDMPP_PYTHON: 'python3.11' },
      ),
    ).toEqual({
      devices: ['avx2-1t', 'sse2-2t'],
      devicesDir: 'cards',
      python: '/opt/tvm/bin/python',
    });
  });

  it('should refuse an empty choice', () =>
    expectError(
      () => loadDevicesProbeOptions({ devices: '' }, {}),
      Code.InvalidArgument,
      /^--devices is ""; it must not be empty$/,
    ));
});
