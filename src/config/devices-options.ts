import { join } from 'node:path';
import { z } from 'zod';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  type OptionSpec,
  parseOptions,
  switchOption,
  textOption,
} from './option-spec';
import { defaultDataDir } from './process';
import { defaultPython } from './python-interpreter';

export interface DevicesListOptions {
  /** Where probed cards lie. */
  readonly devicesDir: string;
  /** One JSON object a line instead of a table. */
  readonly json: boolean;
}

export interface DevicesProbeOptions {
  /** Where the cards go. */
  readonly devicesDir: string;
  /** Empty: all that this machine's CPU can be. */
  readonly devices: readonly string[];
  /** The interpreter that has TVM and the shim. */
  readonly python: string;
}

const devicesDirSpec: OptionSpec = Object.freeze({
  name: 'devicesDir',
  flag: '--devices-dir <folder>',
  environment: 'CDMPP_DEVICES_DIR',
  description: 'folder of probed cards; default cdmpp/devices in your data folder',
});

export const DEVICES_LIST_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  devicesDirSpec,
  { name: 'json', flag: '--json', description: 'one JSON object a line instead of a table' },
]);

export const DEVICES_PROBE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'devices',
    flag: '--devices <names>',
    description:
      'such as avx2-1t,avx512-2t: instruction set and threads; default: each instruction set of the CPU with one thread and with two',
  },
  devicesDirSpec,
  {
    name: 'python',
    flag: '--python <interpreter>',
    environment: 'CDMPP_TVM_PYTHON',
    description:
      "the Python that has TVM and cdmpp_tvm; default the checkout's .venv/bin/python, else python3",
  },
]);

const listSchema = z.strictObject({ devicesDir: textOption().optional(), json: switchOption() });

const probeSchema = z.strictObject({
  devices: textOption().optional(),
  devicesDir: textOption().optional(),
  python: textOption().optional(),
});

export function loadDevicesListOptions(
  flags: GivenOptions,
  environment: Environment,
): DevicesListOptions {
  const given = gatherOptions(DEVICES_LIST_OPTION_SPECS, flags, environment);
  const { devicesDir, json } = parseOptions(listSchema, DEVICES_LIST_OPTION_SPECS, given);
  return Object.freeze({ devicesDir: devicesDir ?? defaultDevicesDir(environment), json });
}

export function loadDevicesProbeOptions(
  flags: GivenOptions,
  environment: Environment,
): DevicesProbeOptions {
  const given = gatherOptions(DEVICES_PROBE_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(probeSchema, DEVICES_PROBE_OPTION_SPECS, given);
  return Object.freeze({
    devicesDir: parsed.devicesDir ?? defaultDevicesDir(environment),
    devices: Object.freeze(parsed.devices?.split(',') ?? []),
    python: parsed.python ?? defaultPython(),
  });
}

function defaultDevicesDir(environment: Environment): string {
  return join(defaultDataDir(environment), 'devices');
}
