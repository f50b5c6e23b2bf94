import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArtifactFile, writeArtifactFile } from '../../src/client';
import { readZip, writeZip } from '../../src/client/zip';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

/** As Python's zipfile writes it, deflated: `card.json` and `weights.bin` of 8 times 0, 1, 254, 255. */
const FROM_PYTHON = Buffer.from(
  'UEsDBBQAAAAIAC5mdV2MwfuJDgAAAAwAAAAJAAAAY2FyZC5qc29uq1YqTs5IzU1UsjKsBQBQSwMEFAAAAAgALmZ1XS70' +
    '3XQJAAAAIAAAAAsAAAB3ZWlnaHRzLmJpbmNg/PefAQ8GAFBLAQIUAxQAAAAIAC5mdV2MwfuJDgAAAAwAAAAJAAAAAAAA' +
    'AAAAAACAAQAAAABjYXJkLmpzb25QSwECFAMUAAAACAAuZnVdLvTddAkAAAAgAAAACwAAAAAAAAAAAAAAgAE1AAAAd2Vp' +
    'Z2h0cy5iaW5QSwUGAAAAAAIAAgBwAAAAZwAAAAAA',
  'base64',
);
const weights = Uint8Array.from({ length: 32 }, (_, i) => [0, 1, 254, 255][i % 4] as number);
const card = '{"schema":1}';

describe('writeArtifactFile()', () => {
  let folder = '';
  const path = () => join(folder, 'model.zip');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('should be the inverse of readArtifactFile(), and leave nothing beside the file', async () => {
    await writeArtifactFile(path(), { card, weights });
    const read = await readArtifactFile(path());
    expect({ card: read.card, weights: [...read.weights] }).toEqual({
      card,
      weights: [...weights],
    });
    expect(readdirSync(folder)).toEqual(['model.zip']);
  });

  it('should write the same file for the same model', async () => {
    await writeArtifactFile(path(), { card, weights });
    const first = readFileSync(path());
    await writeArtifactFile(path(), { card, weights });
    expect(readFileSync(path()).equals(first)).toBe(true);
  });

  it('should say which file it cannot write', () =>
    expectError(
      () => writeArtifactFile(join(folder, 'no', 'model.zip'), { card, weights }),
      Code.FailedPrecondition,
      /^model file .*model\.zip cannot be written: ENOENT/,
    ));

  it('should read what the shim wrote', async () => {
    writeFileSync(path(), FROM_PYTHON);
    const read = await readArtifactFile(path());
    expect({ card: read.card, weights: [...read.weights] }).toEqual({
      card,
      weights: [...weights],
    });
  });

  it.each<[string, () => Buffer | undefined, RegExp]>([
    ['no file', () => undefined, /model\.zip cannot be read: ENOENT/],
    ['an empty file', () => Buffer.alloc(0), /the archive cannot be read: it is no zip file$/],
    ['another file', () => Buffer.alloc(1000, 'x'), /it is no zip file$/],
    ['a file cut short', () => FROM_PYTHON.subarray(0, -30), /it is no zip file$/],
    ['a changed byte', () => changed(45), /the archive cannot be read: /],
    ['no weights', () => writeZip(new Map([['card.json', weights]])), /has no weights\.bin$/],
    ['no card', () => writeZip(new Map([['weights.bin', weights]])), /has no card\.json$/],
  ])('should refuse %s', async (_name, content, message) => {
    const bytes = content();
    if (bytes !== undefined) writeFileSync(path(), bytes);
    await expectError(() => readArtifactFile(path()), Code.InvalidArgument, message);
  });
});

describe('readZip()', () => {
  it('should find every single changed byte of what is packed, or not mind it', () => {
    // Bytes of headers that say nothing (dates, attributes) may differ; contents may not.
    for (let at = 0; at < FROM_PYTHON.length; at++) {
      let entries: ReturnType<typeof readZip> | undefined;
      try {
        entries = readZip(changed(at), 1024);
      } catch {
        continue;
      }
      for (const [name, data] of entries) {
        if (name === 'card.json') expect(Buffer.from(data).toString()).toBe(card);
        if (name === 'weights.bin') expect([...data]).toEqual([...weights]);
      }
    }
  });

  it('should not unpack more than its bound', () => {
    const bomb = writeZip(new Map([['zeros', new Uint8Array(1_000_000)]]));
    expect(bomb.length).toBeLessThan(2000);
    expect(() => readZip(bomb, 999_999)).toThrow(/the archive cannot be read/);
    expect(readZip(bomb, 1_000_000).get('zeros')).toHaveLength(1_000_000);
  });
});

function changed(at: number): Buffer {
  const bytes = Buffer.from(FROM_PYTHON);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x55, at);
  return bytes;
}
