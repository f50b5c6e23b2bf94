import { Code } from '../../src/errors';
import { storeError } from '../../src/store/store-error';

const withCode = (code: string) => Object.assign(new Error('it said so'), { code });

describe('storeError() of what PostgreSQL and its network throw', () => {
  it.each<[string, Code]>([
    ['08006', Code.Unavailable],
    ['57P01', Code.Unavailable],
    ['57P03', Code.Unavailable],
    ['53300', Code.Unavailable],
    ['40P01', Code.Unavailable],
    ['55P03', Code.Unavailable],
    ['25006', Code.Unavailable],
    ['ECONNREFUSED', Code.Unavailable],
    ['ECONNRESET', Code.Unavailable],
    ['ENOTFOUND', Code.Unavailable],
    ['57014', Code.DeadlineExceeded],
    ['53100', Code.ResourceExhausted],
    ['22021', Code.InvalidArgument],
    ['28P01', Code.PermissionDenied],
    ['42501', Code.PermissionDenied],
    ['3D000', Code.FailedPrecondition],
    ['XX001', Code.DataLoss],
    ['23505', Code.Internal],
    ['EACCES', Code.Internal],
  ])('should make %s one of ours', (databaseCode, code) => {
    const error = storeError('postgres://somebody@host/db', withCode(databaseCode));
    expect(Code[error.code]).toBe(Code[code]);
    expect(error.rawMessage).toBe('record store "postgres://somebody@host/db": it said so');
    expect(error.details).toEqual({ databaseCode });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('should take "%s", which has no code, as UNAVAILABLE', (message) => {
    expect(Code[storeError('pg', new Error(message)).code]).toBe('Unavailable');
  });

  it('should say what each address of a host said', () => {
    const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`);
    const both = new AggregateError([refused('::1'), refused('127.0.0.1')]);
    const error = storeError('pg', Object.assign(both, { code: 'ECONNREFUSED' }));
    expect(error.rawMessage).toBe(
      'record store "pg": connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
    );
  });
});
