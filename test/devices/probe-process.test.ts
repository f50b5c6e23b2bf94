import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProbe } from '../../src/devices';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const shim = join(__dirname, '..', '..', '.venv', 'bin', 'python');

describe('runProbe()', () => {
  const folder = useTemporaryFolder();

  /** A program that stands in an interpreter's place. */
  function interpreter(script: string): string {
    const path = join(folder.path, 'python');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  async function probe(python: string, devices: readonly string[] = []): Promise<string[]> {
    const lines: string[] = [];
    await runProbe({ python, devices, folder: folder.path }, (line) => lines.push(line));
    return lines;
  }

  it('should ask for the devices and pass on what is printed', async () => {
    const python = interpreter('echo "$@"; echo noise >&2; echo done');
    expect(await probe(python, ['avx2-1t', 'sse2-2t'])).toEqual([
      `-m cdmpp_tvm.probe --out ${folder.path} --devices avx2-1t,sse2-2t`,
      'done',
    ]);
    expect(await probe(python)).toEqual([`-m cdmpp_tvm.probe --out ${folder.path}`, 'done']);
  });

  it.each<[string, string, Code, RegExp]>([
    [
      'a shim that is missing',
      `echo "Error (ModuleNotFoundError: No module named 'cdmpp_tvm')" >&2; exit 1`,
      Code.FailedPrecondition,
      /python has no cdmpp_tvm; give --python the one that has TVM and the shim/,
    ],
    [
      'a device that is not here',
      `echo noise >&2; echo "device is 'x'" >&2; exit 2`,
      Code.InvalidArgument,
      /^device is 'x'$/,
    ],
    [
      'a failure',
      `echo "no tvm.auto_scheduler" >&2; echo >&2; exit 1`,
      Code.FailedPrecondition,
      /^the probe ended with 1 and said: no tvm\.auto_scheduler$/,
    ],
    ['a death', 'kill -9 $$', Code.FailedPrecondition, /^the probe ended with SIGKILL and said: /],
  ])('should name %s', (_name, script, code, message) =>
    expectError(() => probe(interpreter(script)), code, message),
  );

  it('should name an interpreter that is not there', () =>
    expectError(
      () => probe(join(folder.path, 'nowhere')),
      Code.FailedPrecondition,
      /nowhere cannot be started: .*ENOENT; give --python/,
    ));

  (existsSync(shim) ? it : it.skip)('should reach the shim, which knows its devices', () =>
    expectError(
      () => probe(shim, ['abacus-1t']),
      Code.InvalidArgument,
      /^device is 'abacus-1t'; here it must be SET-Nt, with sse2/,
    ),
  );
});
