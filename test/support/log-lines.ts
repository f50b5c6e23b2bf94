/** What a line of a log is made of; numbers as TVM prints them. */
export interface LineParts {
  readonly workloadKey?: string;
  readonly target?: string;
  readonly hardwareParams?: string;
  readonly steps?: string;
  readonly costs?: string;
  readonly errorNumber?: number;
  readonly allCost?: string;
  readonly timestamp?: number;
}

/** A line as TVM writes it, put together by hand. */
export function logLine(parts: LineParts = {}): string {
  const {
    workloadKey = '["matmul", 4, 8, 16]',
    target = 'llvm -keys=cpu -mcpu=core-avx2',
    hardwareParams = '[2, 32, 64, 0, 0, 0, 0, 0]',
    steps = '[["SP", 2, 0, 4, [1, 2], 1], ["AN", 2, 0, 3], ["PR", 2, 0, "auto_unroll_max_step$16"]]',
    costs = '[1.5e-05, 1.25e-05]',
    errorNumber = 0,
    allCost = '0.254',
    timestamp = 1_700_000_000,
  } = parts;
  const key = workloadKey.replaceAll('"', '\\"');
  return `{"i": [["${key}", "${target}", ${hardwareParams}, "", 1, []], [[], ${steps}]], "r": [${costs}, ${errorNumber}, ${allCost}, ${timestamp}], "v": "v0.6"}`;
}

/** The n-th of lines that are all different: other steps, another time. */
export function numberedLine(number: number, parts: LineParts = {}): string {
  return logLine({
    steps: `[["SP", 2, 0, ${number}, [1, 2], 1]]`,
    costs: `[${number}e-06]`,
    timestamp: 1_700_000_000 + number,
    ...parts,
  });
}

/** A measurement that failed, as TVM writes it. */
export function failedLine(number: number): string {
  return numberedLine(number, { costs: '[1e+10]', errorNumber: 4 });
}
