import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadServeOptions, SERVE_OPTION_SPECS } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const guarded = { tlsCert: 'c.pem', tlsKey: 'k.pem', tokenFile: 't' };

describe('loadServeOptions()', () => {
  it('should fill every default', () => {
    const dataDir = join(homedir(), '.local', 'share', 'cdmpp');
    const path = join(dataDir, 'records.sqlite');
    expect(loadServeOptions({}, {})).toEqual({
      address: { text: '127.0.0.1:50051', isLocal: true },
      dataDir,
      store: { kind: 'sqlite', path, name: path },
      insecure: false,
      tls: undefined,
      tokenFile: undefined,
      frozen: false,
      predictor: 'cdmpp',
      shippedModels: { enabled: true, root: undefined, folders: {} },
      threads: 1,
      maxQueuePrograms: 16_384,
      scoreCacheBytes: 64 * 1024 * 1024,
      maxMessageBytes: 64 * 1024 * 1024,
      drainTimeoutMs: 30_000,
      logLevel: 'info',
    });
  });

  it('should say which models to start from', () => {
    const cwd = process.cwd();
    expect(loadServeOptions({ models: 'm', model: ['cdmpp-gpu=/g'] }, {}).shippedModels).toEqual({
      enabled: true,
      root: join(cwd, 'm'),
      folders: { 'cdmpp-gpu': '/g' },
    });
    // As commander gives `--no-pretrained`, and as it gives that it was not there.
    for (const [pretrained, CDMPP_NO_PRETRAINED, enabled] of [
      [false, '', false],
      [true, '', true],
      [true, '1', false],
      [true, 'false', true],
    ] as const) {
      const { shippedModels } = loadServeOptions({ pretrained }, { CDMPP_NO_PRETRAINED });
      expect(shippedModels.enabled).toBe(enabled);
    }
    expect(loadServeOptions({}, { CDMPP_MODELS: '/m' }).shippedModels.root).toBe('/m');
  });

  it.each<[Record<string, string | string[]>, RegExp]>([
    [{ noPretrained: '1', models: 'm' }, /^--no-pretrained leaves no use for --models; give one/],
    [{ noPretrained: '1', model: ['cdmpp-cpu=m'] }, /^--no-pretrained leaves no use for --model;/],
    [
      { model: ['m'] },
      /^--model is "m"; it must be cdmpp-cpu=folder or cdmpp-gpu=folder, each once$/,
    ],
    [{ model: ['cdmpp=m'] }, /^--model is "cdmpp=m"/],
    [{ model: ['cdmpp-cpu=a', 'cdmpp-cpu=b'] }, /^--model is "cdmpp-cpu=b"/],
  ])('should refuse the models %p', (flags, message) =>
    expectError(() => loadServeOptions(flags, {}), Code.InvalidArgument, message),
  );

  it('should freeze what it gives', () => {
    expect(Object.isFrozen(loadServeOptions({}, {}))).toBe(true);
  });

  it('should take a flag before a variable, and a variable before the default', () => {
    const environment = { CDMPP_THREADS: '3', CDMPP_FROZEN: '1', CDMPP_LOG_LEVEL: 'warn' };
    const options = loadServeOptions({ threads: '2' }, environment);
    expect(options).toMatchObject({ threads: 2, frozen: true, logLevel: 'warn' });
  });

  it('should take an empty variable as not given', () => {
    const environment = { CDMPP_THREADS: '', CDMPP_TOKEN_FILE: '' };
    expect(loadServeOptions({ threads: '2' }, environment).tokenFile).toBeUndefined();
  });

  it('should keep data in the folder that the user chose for data', () => {
    expect(loadServeOptions({}, { XDG_DATA_HOME: '/data' }).dataDir).toBe('/data/cdmpp');
    expect(loadServeOptions({}, { XDG_DATA_HOME: 'relative' }).dataDir).not.toContain('relative');
  });

  it.each<[Record<string, string | boolean>, RegExp]>([
    [{ threads: '0' }, /^--threads is "0"; it must be an integer from 1 to 256$/],
    [{ threads: '1.5' }, /^--threads is "1\.5"; it must be an integer/],
    [{ threads: '1e2' }, /^--threads is "1e2"; it must be an integer/],
    [{ maxQueuePrograms: '-1' }, /^--max-queue-programs is "-1"; it must be an integer from 1/],
    [
      { maxMessageMib: '1025' },
      /^--max-message-mib is "1025"; it must be an integer from 1 to 1024/,
    ],
    [{ scoreCacheMib: '-1' }, /^--score-cache-mib is "-1"; it must be an integer from 0 to 1024/],
    [{ drainSeconds: '3601' }, /^--drain-seconds is "3601"/],
    [{ logLevel: 'loud' }, /^--log-level is "loud"; it must be one of debug, info, warn, error$/],
    [{ frozen: 'yes' }, /^--frozen is "yes"; it must be 1, true, 0 or false$/],
    [{ dataDir: '' }, /^--data-dir is ""; it must not be empty$/],
    [{ address: 'nowhere' }, /^--address is "nowhere"; it must be host:port/],
    [{ tlsCert: 'c.pem' }, /^--tls-cert is given without --tls-key; TLS needs both$/],
    [{ tlsKey: 'k.pem' }, /^--tls-key is given without --tls-cert; TLS needs both$/],
  ])('should refuse %p', (flags, message) =>
    expectError(() => loadServeOptions(flags, {}), Code.InvalidArgument, message),
  );

  it.each([{}, { tokenFile: 't' }, { tlsCert: 'c.pem', tlsKey: 'k.pem' }])(
    'should not open an address to others with only %p',
    (flags) =>
      expectError(
        () => loadServeOptions({ address: '0.0.0.0:50051', ...flags }, {}),
        Code.InvalidArgument,
        /^--address 0\.0\.0\.0:50051 is open to other machines: give --tls-cert/,
      ),
  );

  it.each([guarded, { insecure: true }])('should open an address to others with %p', (flags) => {
    const { address } = loadServeOptions({ address: '0.0.0.0:50051', ...flags }, {});
    expect(address.isLocal).toBe(false);
  });

  it.each(SERVE_OPTION_SPECS.filter(({ environment }) => environment !== undefined))(
    'should read $name from $environment',
    ({ name, environment }) => {
      // A value that is wrong for every option but a path, and right for those.
      const value = name === 'address' ? 'nowhere' : name.startsWith('tls') ? 'only-one' : '!';
      const viaFlag = outcome(() => loadServeOptions({ [name]: value }, {}));
      const viaEnvironment = outcome(() => loadServeOptions({}, { [String(environment)]: value }));
      expect(viaEnvironment).toEqual(viaFlag);
      expect(viaFlag).not.toEqual(outcome(() => loadServeOptions({}, {})));
    },
  );
});

function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return String(error);
  }
}
