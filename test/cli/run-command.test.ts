import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_CODES, runCommand } from '../../src/cli/run-command';
import { withServer } from '../support/with-server';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommand(['node', 'cdmpp', ...args], environment, {
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    stopRequested: () => new Promise(() => undefined),
  });
  return { exitCode, printed, complained };
}

describe('runCommand()', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([['--help'], ['serve', '--help'], ['model', '--help']])(
    'should print its help for %s %s',
    async (...args) => {
      const { exitCode, printed, complained } = await run(args);
      expect({ exitCode, complained }).toEqual({ exitCode: EXIT_CODES.done, complained: [] });
      expect(printed.join('\n')).toMatch(/^Usage: cdmpp/);
    },
  );

  it.each<[string[], RegExp]>([
    [
      ['serve', '--address', '0.0.0.0:0'],
      /^cdmpp: --address 0\.0\.0\.0:0 is open to other machines/,
    ],
    [['serve', '--threads', 'many'], /^cdmpp: --threads is "many"; it must be an integer/],
    [
      ['serve', '--token-file', '/nowhere'],
      /^cdmpp: --token-file \/nowhere cannot be read: ENOENT/,
    ],
    [['serve', '--speed', '11'], /unknown option '--speed'/],
    [['serve', 'now'], /too many arguments/],
    [['bake'], /unknown command 'bake'/],
    [['model', 'info', '@3'], /^cdmpp: model is "@3"; it must be name or name@version$/],
    [['model', 'import', '/nowhere.zip'], /^cdmpp: model file \/nowhere\.zip cannot be read/],
  ])('should refuse %p in one sentence', async (args, message) => {
    const { exitCode, printed, complained } = await run(args);
    expect({ exitCode, printed }).toEqual({ exitCode: EXIT_CODES.usage, printed: [] });
    expect(complained).toEqual([expect.stringMatching(message)]);
  });

  it('should fail with the words of the server', () =>
    withServer(async ({ address }) => {
      expect(await run(['model', 'info', 'other@3', '--server', address])).toEqual({
        exitCode: EXIT_CODES.failed,
        printed: [],
        complained: ['cdmpp: model other@3 is not known'],
      });
    }));

  it('should move a model out and in again', () =>
    withServer(async ({ address, service }) => {
      service.swap();
      const environment = { CDMPP_SERVER: address };
      const file = join(folder, 'model.zip');
      const exported = await run(['model', 'export', file, 'fake@0'], environment);
      expect(JSON.parse(exported.printed[0] ?? '')).toMatchObject({ event: 'exported', file });
      const imported = await run(['model', 'import', file], environment);
      expect(JSON.parse(imported.printed[0] ?? '')).toMatchObject({ model: 'fake@2' });
      const listed = await run(['model', 'list'], environment);
      expect(listed.printed.map((line) => JSON.parse(line).model)).toEqual([
        'fake@0',
        'fake@1',
        'fake@2',
      ]);
      const info = await run(['model', 'info', 'fake'], environment);
      expect(info.printed).toEqual([listed.printed[2]]);
    }));

  it('should present the token of its file', () =>
    withServer(
      async ({ address }) => {
        const file = join(folder, 'token');
        writeFileSync(file, 'correct-horse-battery\n');
        const args = ['model', 'list', '--server', address];
        expect((await run([...args, '--token-file', file])).exitCode).toBe(EXIT_CODES.done);
        const stranger = await run(args);
        expect(stranger.exitCode).toBe(EXIT_CODES.failed);
        expect(stranger.complained.join()).not.toContain('correct-horse');
      },
      { token: 'correct-horse-battery' },
    ));
});
