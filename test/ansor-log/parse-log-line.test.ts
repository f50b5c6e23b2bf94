import { formatLogLine, formatResult, parseLogLine } from '../../src/ansor-log';
import { failedLine, logLine } from '../support/log-lines';

describe('parseLogLine()', () => {
  it('should read every field', () => {
    expect(
      parseLogLine(logLine({ hardwareParams: '[-1, 16, 64, 49152, 2147483647, 1024, 8, 32]' })),
    ).toEqual({
      ok: true,
      record: {
        workloadKey: '["matmul", 4, 8, 16]',
        target: 'llvm -keys=cpu -mcpu=core-avx2',
        hardwareParams: [-1, 16, 64, 49152, 2147483647, 1024, 8, 32],
        targetHost: '',
        layoutRewriteOption: 1,
        taskInputNames: [],
        transformSteps:
          '[["SP", 2, 0, 4, [1, 2], 1], ["AN", 2, 0, 3], ["PR", 2, 0, "auto_unroll_max_step$16"]]',
        costsSeconds: [1.5e-5, 1.25e-5],
        errorNumber: 0,
        allCostSeconds: 0.254,
        timestampSeconds: 1_700_000_000,
        version: 'v0.6',
      },
    });
  });

  it('should read a failed measurement as the record that it is', () => {
    expect(parseLogLine(failedLine(3))).toMatchObject({
      ok: true,
      record: { costsSeconds: [1e10], errorNumber: 4 },
    });
  });

  it('should give equal steps one text, however they are spaced', () => {
    const spaced = logLine({ steps: '[ ["AN",2,0,3],\t["CI",1] ]' });
    expect(parseLogLine(spaced)).toMatchObject({
      record: { transformSteps: '[["AN", 2, 0, 3], ["CI", 1]]' },
    });
  });

  it.each<[string, string]>([
    ['["k"]', '["k", "llvm"]'],
    ['["k"]', '["k", "llvm", [1, 2, 3, 4, 5, 6, 7, 8]]'],
    ['["k"]', '["k", "llvm", [1, 2, 3, 4, 5, 6, 7, 8], "llvm", 0]'],
  ])('should read the tasks of older logs', (_key, task) => {
    const line = `{"i": [${task}, [[], []]], "r": [[1], 0, 1, 1], "v": "v0.2"}`;
    expect(parseLogLine(line)).toMatchObject({ ok: true, record: { workloadKey: 'k' } });
  });

  it.each<[string, string, RegExp]>([
    ['half a line', logLine().slice(0, 100), /^not JSON: /],
    ['no object', '[1, 2]', /^not a JSON object with the keys i, r and v$/],
    ['a foreign key', '{"i": [], "r": [], "x": 1}', /^key "x" is none of i, r and v$/],
    ['no input', '{"r": [[1], 0, 1, 1]}', /^i is no list$/],
    ['no result', logLine().replace('"r"', '"v"'), /^r is no list$/],
    ['no steps', logLine({ steps: '{}' }), /^i\[1\]\[1\] is no list$/],
    [
      'a step of numbers',
      logLine({ steps: '[["CI", 1], [1, 2]]' }),
      /^i\[1\]\[1\]\[1\] is no transform step$/,
    ],
    ['a step with a fraction', logLine({ steps: '[["CI", 1.5]]' }), /\[0\] is no transform step$/],
    ['a step with a truth', logLine({ steps: '[["CI", true]]' }), /\[0\] is no transform step$/],
    [
      'seven parameters',
      logLine({ hardwareParams: '[1,2,3,4,5,6,7]' }),
      /^i\[0\]\[2\] has 7 items, expected 8$/,
    ],
    ['no cost', logLine({ costs: '[]' }), /^r\[0\] has 0 items, expected at least 1$/],
    ['an endless cost', logLine({ costs: '[1e999]' }), /^r\[0\]\[0\] is no finite number$/],
    ['a text for a cost', logLine({ costs: '["fast"]' }), /^r\[0\]\[0\] is no finite number$/],
    [
      'half an error',
      logLine().replace('], 0, 0.254', '], 0.5, 0.254'),
      /^r\[1\] is no integer of 32 bits$/,
    ],
    [
      'an error beyond all numbers',
      logLine({ errorNumber: 2 ** 31 }),
      /^r\[1\] is no integer of 32 bits$/,
    ],
    ['a zero character', logLine({ steps: '[["CI\\u0000", 1]]' }), /^a zero character in a text$/],
    ['an empty key', logLine({ workloadKey: '' }), /^i\[0\]\[0\] is empty$/],
    ['a number for a version', logLine().replace('"v0.6"', '6'), /^v is no text$/],
  ])('should refuse %s with its place', (_what, line, reason) => {
    expect(parseLogLine(line)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe('formatLogLine()', () => {
  it.each([
    logLine(),
    failedLine(7),
    logLine({ workloadKey: '["conv2d_layer", 128, "SAME", [1, 2], "\\\\n"]' }),
    logLine({ costs: '[2.70758e-06, 0.0220128, 1e+06]', allCost: '12.9311', steps: '[]' }),
    logLine({ hardwareParams: '[-1, 16, 64, 49152, 2147483647, 1024, 8, 32]' }),
    '{"i": [["k", "llvm"], [[], []]], "r": [[1], 0, 1, 1], "v": "v0.2"}',
  ])('should write %s as it was read', (line) => {
    const parsed = parseLogLine(line);
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(formatLogLine(parsed.record)).toBe(line);
  });

  it('should print a result by itself', () => {
    const result = {
      costsSeconds: [0.0051103],
      errorNumber: 0,
      allCostSeconds: 2.35241,
      timestampSeconds: 1637535076,
    };
    expect(formatResult(result)).toBe('[[0.0051103], 0, 2.35241, 1637535076]');
  });
});
