import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type LogLine, MAX_LINE_BYTES, readLog } from '../../src/ansor-log';
import { numberedLine } from '../support/log-lines';
import { useTemporaryFolder } from '../support/temporary-folder';

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => numberedLine(index + 1));

describe('readLog()', () => {
  const folder = useTemporaryFolder();

  async function read(content: string | Buffer, afterLine = 0): Promise<LogLine[]> {
    const path = join(folder.path, 'log.json');
    await writeFile(path, content);
    const found: LogLine[] = [];
    for await (const some of readLog(path, { afterLine })) found.push(...some);
    return found;
  }
  const texts = (found: readonly LogLine[]) =>
    found.map((line) => (line.ok ? line.text : 'broken'));

  it('should give the lines of a plain log with their numbers', async () => {
    const found = await read(`${lines(3).join('\n')}\n`);
    expect(texts(found)).toEqual(lines(3));
    expect(found.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('should give the lines of a packed log, whatever its name', async () => {
    expect(texts(await read(gzipSync(lines(500).join('\n'))))).toEqual(lines(500));
  });

  it('should read a packed log of several members', async () => {
    const [one = '', two = ''] = lines(2);
    const packed = Buffer.concat([gzipSync(`${one}\n`), gzipSync(`${two}\n`)]);
    expect(texts(await read(packed))).toEqual([one, two]);
  });

  it('should give everything before the place where packed data is cut', async () => {
    const varied = lines(4000);
    const packed = gzipSync(varied.join('\n'));
    const found = await read(packed.subarray(0, packed.length >> 1));
    const broken = found.filter((line) => !line.ok);
    expect(found.length).toBeGreaterThan(1000);
    expect(texts(found.slice(0, -1))).toEqual(varied.slice(0, found.length - 1));
    expect(broken).toEqual([
      {
        ok: false,
        number: found.length,
        reason: expect.stringMatching(/^compressed data is cut or damaged from here on/),
      },
    ]);
  });

  it('should say so where packed data is damaged', async () => {
    const packed = gzipSync(lines(4000).join('\n'));
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 64);
    const found = await read(packed);
    expect(found.at(-1)).toMatchObject({
      ok: false,
      number: found.length,
      reason: expect.stringMatching(/^compressed data is cut or damaged from here on/),
    });
    const good = found.findIndex((line) => !line.ok);
    expect(good).toBeGreaterThan(1000);
    expect(texts(found.slice(0, good))).toEqual(lines(good));
  });

  it.each([
    ['an empty file', '', 0],
    ['empty lines', '\n\n  \n', 0],
    ['comments, which TVM passes over', '# a comment\n {"i": 1}\n', 0],
  ])('should find nothing in %s', async (_what, content, count) => {
    expect(await read(content)).toHaveLength(count);
  });

  it('should find nothing in an empty packed file', async () => {
    expect(await read(gzipSync(''))).toEqual([]);
  });

  it('should take CRLF for a line end and leave out a byte order mark', async () => {
    const [one = '', two = ''] = lines(2);
    expect(texts(await read(`\uFEFF${one}\r\n${two}\r\n`))).toEqual([one, two]);
  });

  it('should read a last line without an end, and name half of one', async () => {
    const [one = '', two = ''] = lines(2);
    expect(texts(await read(`${one}\n${two}`))).toEqual([one, two]);
    expect(await read(`${one}\n${two.slice(0, 40)}`)).toMatchObject([
      { ok: true },
      { ok: false, number: 2, reason: expect.stringMatching(/^not JSON/) },
    ]);
  });

  it('should count the lines that are left out', async () => {
    const [one = '', two = ''] = lines(2);
    const found = await read(`# comment\n\n${one}\nnonsense\n${two}\n`);
    expect(found.map(({ ok, number }) => [ok, number])).toEqual([
      [true, 3],
      [false, 4],
      [true, 5],
    ]);
  });

  it('should refuse a line over the limit and read on after it', async () => {
    const [one = '', two = ''] = lines(2);
    const long = 'x'.repeat(3 * MAX_LINE_BYTES);
    expect(await read(`${one}\n${long}\n${two}`)).toMatchObject([
      { ok: true, number: 1 },
      {
        ok: false,
        number: 2,
        reason: `${3 * MAX_LINE_BYTES} bytes, at most ${MAX_LINE_BYTES} are read`,
      },
      { ok: true, number: 3 },
    ]);
  });

  it('should read a line at the limit, over many chunks', async () => {
    const line = numberedLine(1);
    const key = 'k'.repeat(MAX_LINE_BYTES - line.length);
    const long = line.replace('matmul', `matmul${key}`);
    expect(texts(await read(long))).toEqual([long]);
    expect(texts(await read(long.replace('matmul', 'matmull')))).toEqual(['broken']);
  });

  it('should refuse bytes that are no text, which it could not give back', async () => {
    const line = Buffer.from(numberedLine(1));
    line[10] = 0xff;
    expect(await read(line)).toEqual([{ ok: false, number: 1, reason: 'not UTF-8' }]);
  });

  it('should pass over lines unread', async () => {
    expect(texts(await read(`nonsense\n${lines(3).join('\n')}`, 2))).toEqual(lines(3).slice(1));
  });

  it('should refuse a file that is not there', async () => {
    const path = join(folder.path, 'none.json');
    await expect(readLog(path).next()).rejects.toThrow(/none\.json cannot be read: ENOENT/);
  });
});
