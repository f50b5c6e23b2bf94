import { loadClientOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('loadClientOptions()', () => {
  it('should find the server where serve puts it', () => {
    expect(loadClientOptions({}, {})).toEqual({
      server: { text: '127.0.0.1:50051', isLocal: true },
      tls: false,
      tlsCaFile: undefined,
      tokenFile: undefined,
      timeoutMs: 30_000,
    });
  });

  it('should speak TLS where authorities are named', () => {
    expect(loadClientOptions({}, { CDMPP_TLS_CA: 'ca.pem' })).toMatchObject({
      tls: true,
      tlsCaFile: 'ca.pem',
    });
  });

  it('should not send a token to another machine in the clear', async () => {
    const flags = { server: 'example.org:50051', tokenFile: 'token' };
    await expectError(
      () => loadClientOptions(flags, {}),
      Code.InvalidArgument,
      /^--server example\.org:50051 would be sent the token in the clear/,
    );
    expect(loadClientOptions({ ...flags, tls: true }, {}).tokenFile).toBe('token');
    expect(loadClientOptions({ tokenFile: 'token' }, {}).tls).toBe(false);
  });

  it('should refuse a timeout out of its bounds', () =>
    expectError(
      () => loadClientOptions({ timeoutSeconds: '0' }, {}),
      Code.InvalidArgument,
      /^--timeout-seconds is "0"; it must be an integer from 1 to 3600$/,
    ));
});
