import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code } from '../../src/errors';
import {
  formatSampleFile,
  loadSampleFile,
  parseSampleFile,
  type SampleFile,
  sampledPrograms,
} from '../../src/sampling';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const hash = (digit: string, length: number) => digit.repeat(length);

const file: SampleFile = {
  device: 'k80',
  taskSampler: 'variance',
  programSampler: 'latency',
  seed: 3,
  candidates: { tasks: 9, programs: 800 },
  tasks: [
    {
      computation: hash('a', 32),
      family: 'dense',
      description: 'dense (8x8) -> 8x8',
      networks: ['bert-tiny'],
      taskIds: [hash('1', 32), hash('2', 32)],
      workloadKeys: ['["dense", 8]'],
      reason: 'tells 3.1 % of what is unknown of others, 3.1 % in all',
      programs: [
        { hash: hash('b', 64), transformSteps: '[["AN",1]]' },
        { hash: hash('c', 64), transformSteps: '', loopNest: 'for i (0,8)\n' },
      ],
    },
  ],
};

describe('a sample file', () => {
  const folder = useTemporaryFolder();

  it('should come back as it was, from the same bytes', async () => {
    const text = formatSampleFile(file);
    expect(formatSampleFile(parseSampleFile('x', text))).toBe(text);
    expect(parseSampleFile('x', text)).toEqual(file);
    const path = join(folder.path, 'sample.json');
    await writeFile(path, text);
    expect(await loadSampleFile(path)).toEqual(file);
  });

  it('should say which programs are in it', () => {
    const chosen = sampledPrograms(file);
    expect(chosen.has(hash('a', 32), hash('b', 64))).toBe(true);
    expect(chosen.has(hash('a', 32), hash('d', 64))).toBe(false);
    expect(chosen.has(hash('e', 32), hash('b', 64))).toBe(false);
    expect([...chosen.taskIds]).toEqual([hash('1', 32), hash('2', 32)]);
    expect([...chosen.computations]).toEqual([hash('a', 32)]);
  });

  it('should refuse what it did not write, and say where', async () => {
    const text = formatSampleFile(file);
    const read = (content: string) => () => parseSampleFile('s.json', content);
    const refused = (content: string, message: RegExp) =>
      expectError(read(content), Code.DataLoss, message);
    await refused('{', /"s\.json": not JSON.*make it again with "cdmpp sample"/);
    await refused(text.replace('cdmpp-sample/1', 'cdmpp-sample/2'), /format/);
    await refused(text.replace('"variance"', '"best"'), /taskSampler/);
    await refused(text.replace(hash('b', 64), 'b'), /tasks\.0\.programs\.0\.hash: expected 64 hex/);
    await refused(text.replace('"seed"', '"sead"'), /s\.json/);
    const missing = join(folder.path, 'none.json');
    await expectError(() => loadSampleFile(missing), Code.NotFound, /none\.json" cannot be read/);
  });
});
