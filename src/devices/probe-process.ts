import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Code, invalidArgument, PredictorError } from '../errors';

export interface ProbeRequest {
  /** The interpreter: a path, or a name to look for. */
  readonly python: string;
  /** Names of local devices; empty: all. */
  readonly devices: readonly string[];
  /** Where the cards go. */
  readonly folder: string;
}

/** The exit code by which `python -m cdmpp_tvm.probe` says that it was asked for wrongly. */
const USAGE_EXIT_CODE = 2;
const keptComplaints = 50;

/**
 * Has `python -m cdmpp_tvm.probe` measure devices of this machine and write their
 * cards; one line to `onLine` for each. INVALID_ARGUMENT: there is no such device
 * here; FAILED_PRECONDITION: the interpreter, the shim or TVM is missing, or the
 * machine could not be measured.
 */
export async function runProbe(
  { python, devices, folder }: ProbeRequest,
  onLine: (line: string) => void,
): Promise<void> {
  const chosen = devices.length > 0 ? ['--devices', devices.join(',')] : [];
  const child = spawn(python, ['-m', 'cdmpp_tvm.probe', '--out', folder, ...chosen], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  createInterface(child.stdout).on('line', onLine);
  createInterface(child.stderr).on('line', (line) => {
    complaints.push(line);
    if (complaints.length > keptComplaints) complaints.shift();
  });
  let exit: readonly [number | null, NodeJS.Signals | null];
  try {
    exit = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  } catch (thrown) {
    throw cannotProbe(`${python} cannot be started: ${(thrown as Error).message}`);
  }
  const [code, signal] = exit;
  if (code === 0) return;
  if (complaints.some((line) => /No module named '?cdmpp_tvm\b/.test(line))) {
    throw cannotProbe(`${python} has no cdmpp_tvm`);
  }
  const last = complaints.filter((line) => line.trim() !== '').at(-1) ?? 'nothing';
  if (code === USAGE_EXIT_CODE) throw invalidArgument(last);
  throw new PredictorError(
    Code.FailedPrecondition,
    `the probe ended with ${signal ?? code} and said: ${last}`,
  );
}

function cannotProbe(reason: string): PredictorError {
  return new PredictorError(
    Code.FailedPrecondition,
    `${reason}; give --python the one that has TVM and the shim, by default the checkout's` +
      ' .venv/bin/python, which `make setup` makes',
  );
}
