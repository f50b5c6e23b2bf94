import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCredentialFile, readTokenFile } from '../../src/config';
import { Code } from '../../src/errors';
import { errorOf, expectError } from '../support/expect-error';

describe('readTokenFile()', () => {
  let path = '';
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'cdmpp-')), 'token');
  });
  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  it('should leave out the white space around the token', () => {
    writeFileSync(path, `${'t'.repeat(16)}\n`);
    expect(readTokenFile('--token-file', path)).toBe('t'.repeat(16));
  });

  it.each([
    ['s'.repeat(15), /has a token of 15 characters; 16 to 4096 are required$/],
    ['s'.repeat(4097), /has a token of 4097 characters/],
    ['secret with some spaces', /has a token with spaces or characters beyond ASCII/],
    ['sécret-without-spaces', /has a token with spaces or characters beyond ASCII/],
  ])('should refuse "%s" without repeating it', async (token, message) => {
    writeFileSync(path, token);
    const error = await errorOf(() => readTokenFile('--token-file', path));
    expect(error.rawMessage).toMatch(message);
    expect(error.rawMessage).not.toContain(token);
  });
});

describe('readCredentialFile()', () => {
  it('should name flag and path of a file that is not there', () =>
    expectError(
      () => readCredentialFile('--tls-key', '/nowhere/key.pem'),
      Code.InvalidArgument,
      /^--tls-key \/nowhere\/key\.pem cannot be read: ENOENT/,
    ));
});
