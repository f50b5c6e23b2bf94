import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProtocolFile, parseProtocolFile } from '../../src/accuracy/protocol-file';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const PATH = join(__dirname, '..', '..', 'benchmarks', 'accuracy_protocols.json');
const shipped = JSON.parse(readFileSync(PATH, 'utf8'));

describe('parseProtocolFile()', () => {
  it('should take the benchmark, with a figure for each of its goals', async () => {
    const { figures, samplerGain, protocols } = await loadProtocolFile(PATH);
    const keys = figures.map((figure) => figure.key);
    for (const key of [
      'sample_mape',
      'device_protocol_mape',
      'task_mape',
      'task_pairwise',
      'task_peak1',
      'fewshot_mape',
      'fewshot_pairwise',
      'zeroshot_mape',
      'zeroshot_pairwise',
      'cpu_network_mape',
      'cpu_network_pairwise',
      'cpu_device_mape',
    ]) {
      expect(keys).toContain(key);
    }
    const compared = protocols.find((one) => one.name === samplerGain?.protocol);
    expect(compared?.seeds).toHaveLength(5);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each<[string, (file: typeof shipped) => void, RegExp]>([
    ['a protocol twice', (file) => file.protocols.push(file.protocols[0]), /"sample" stands in/],
    [
      'a figure of no protocol',
      (file) => file.figures.push({ key: 'x_mape', protocol: 'none', metric: 'mape' }),
      /figure x_mape: there is no protocol "none"/,
    ],
    [
      'a share out of bounds',
      (file) => {
        file.protocols[0].testShare = 1;
      },
      /protocols\.0\.testShare/,
    ],
    [
      'an unknown field',
      (file) => {
        file.protocols[0].folds = 3;
      },
      /protocols\.0/,
    ],
  ])('should refuse %s', async (_, change, message) => {
    const file = structuredClone(shipped);
    change(file);
    await expectError(
      () => parseProtocolFile('a.json', JSON.stringify(file)),
      Code.InvalidArgument,
      message,
    );
  });

  it('should say which file is not there', async () => {
    await expectError(() => loadProtocolFile('/none/a.json'), Code.NotFound, /\/none\/a\.json/);
  });
});
