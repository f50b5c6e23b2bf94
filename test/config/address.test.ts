import { parseAddress } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('parseAddress()', () => {
  it.each([
    '127.0.0.1:50051',
    '127.1.2.3:0',
    'localhost:65535',
    '[::1]:50051',
    'unix:/run/cdmpp.sock',
    'unix:///run/cdmpp.sock',
    'unix:relative.sock',
  ])('should take %s as local', (text) => {
    expect(parseAddress('--address', text)).toEqual({ text, isLocal: true });
  });

  it.each([
    '0.0.0.0:50051',
    '[::]:50051',
    '10.0.0.7:50051',
    'example.org:50051',
    '127.evil.example:50051',
    'localhost.example:50051',
  ])('should take %s as open to other machines', (text) => {
    expect(parseAddress('--address', text)).toEqual({ text, isLocal: false });
  });

  it.each([
    '',
    ':50051',
    'localhost',
    'localhost:',
    'localhost:65536',
    'localhost:50051/path',
    'http://localhost:50051',
    '::1:50051',
    '[localhost]:50051',
    '[::1]',
  ])('should refuse "%s"', (text) =>
    expectError(
      () => parseAddress('--address', text),
      Code.InvalidArgument,
      /^--address is ".*"; it must be host:port with a port from 0 to 65535, or unix:\/path$/,
    ),
  );

  it('should refuse a socket path that the kernel would cut', async () => {
    const longest = `unix:/${'x'.repeat(106)}`;
    expect(parseAddress('--address', longest).isLocal).toBe(true);
    for (const text of [`${longest}x`, 'unix:']) {
      await expectError(
        () => parseAddress('--address', text),
        Code.InvalidArgument,
        /the path must have 1 to 107 bytes$/,
      );
    }
  });
});
