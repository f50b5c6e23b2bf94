import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadStoreLocation } from '../../src/config';
import { Code } from '../../src/errors';
import { errorOf, expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const SHARED = 'postgres://tuner@db.example:5432/cdmpp';

describe('loadStoreLocation()', () => {
  const folder = useTemporaryFolder();
  const passwordFile = (content: string): string => {
    const path = join(folder.path, 'password');
    writeFileSync(path, content);
    return path;
  };

  it('should be a file in the data directory by default', () => {
    const path = '/data/records.sqlite';
    expect(loadStoreLocation({}, {}, '/data')).toEqual({ kind: 'sqlite', path, name: path });
  });

  it('should take what is no URL as a path', () => {
    const path = join(process.cwd(), 'own.sqlite');
    const own = { kind: 'sqlite', path, name: path };
    expect(loadStoreLocation({ store: 'own.sqlite' }, {}, '/data')).toEqual(own);
    expect(loadStoreLocation({}, { CDMPP_STORE: 'own.sqlite' }, '/data')).toEqual(own);
  });

  it.each([
    [SHARED, SHARED],
    ['postgresql://db.example/cdmpp', 'postgresql://db.example/cdmpp'],
    [`${SHARED}?sslmode=verify-full`, SHARED],
    ['postgres://tuner@/cdmpp?host=/run/postgresql', 'postgres://tuner@/cdmpp'],
  ])('should take %s', (url, name) => {
    const location = { kind: 'postgres', url, name };
    expect(loadStoreLocation({ store: url }, {}, '/data')).toEqual(location);
  });

  it('should take a password from the environment, and have it in no name', () => {
    const url = 'postgres://tuner:s3cret@db.example/cdmpp';
    expect(loadStoreLocation({}, { CDMPP_STORE: url }, '/data')).toEqual({
      kind: 'postgres',
      url,
      name: 'postgres://tuner@db.example/cdmpp',
    });
  });

  it('should take a password from a file, whatever characters it has', () => {
    const storePasswordFile = passwordFile('a/b@c:d e\n');
    const flags = { store: `${SHARED}?sslmode=require`, storePasswordFile };
    expect(loadStoreLocation(flags, {}, '/data')).toEqual({
      kind: 'postgres',
      url: 'postgres://tuner:a%2Fb%40c%3Ad%20e@db.example:5432/cdmpp?sslmode=require',
      name: SHARED,
    });
  });

  it('should refuse a password among the arguments, and say why, without it', async () => {
    const flags = { store: 'postgres://tuner:s3cret@db.example/cdmpp' };
    const error = await errorOf(() => loadStoreLocation(flags, {}, '/data'));
    expect(error.rawMessage).toBe(
      '--store postgres://tuner@db.example/cdmpp has a password, which every user of this machine can read among the arguments: set CDMPP_STORE instead, or give --store-password-file',
    );
  });

  it.each<[Record<string, string>, Record<string, string>, RegExp]>([
    [{ store: '' }, {}, /^--store is ""; it must not be empty$/],
    [{ store: 'mysql://tuner@host/s3cret' }, {}, /^--store is a URL, but not postgres:/],
    [{ store: 'postgres://host' }, {}, /^--store is a URL, but not postgres:/],
    [{}, { CDMPP_STORE: 'postgres://u:s3cret@@host/db' }, /^--store is a URL, but not postgres:/],
    [{}, { CDMPP_STORE: 'postgres://u:s3cret@host:99999/db' }, /but not postgres:/],
    [{}, { CDMPP_STORE: 'postgres://u:s3cret%@host/db' }, /but not postgres:/],
    [{ store: `${SHARED}?password=s3cret` }, {}, /has user or password among its parameters/],
    [{ storePasswordFile: '/nowhere' }, {}, /^--store-password-file is given without a --store/],
    [
      { store: SHARED, storePasswordFile: '/nowhere' },
      {},
      /^--store-password-file \/nowhere cannot be read: ENOENT/,
    ],
    [
      { storePasswordFile: '/nowhere' },
      { CDMPP_STORE: 'postgres://tuner:s3cret@host/db' },
      /one of them is enough$/,
    ],
    [
      { store: 'postgres://host/db', storePasswordFile: '/nowhere' },
      {},
      /^--store postgres:\/\/host\/db names no user/,
    ],
  ])('should refuse %p with %p', async (flags, environment, message) => {
    const load = () => loadStoreLocation(flags, environment, '/data');
    await expectError(load, Code.InvalidArgument, message);
    expect((await errorOf(load)).rawMessage).not.toContain('s3cret');
  });

  it('should refuse an empty password file', () => {
    const flags = { store: SHARED, storePasswordFile: passwordFile('\n') };
    return expectError(() => loadStoreLocation(flags, {}, '/'), Code.InvalidArgument, /is empty$/);
  });
});
