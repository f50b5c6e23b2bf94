import type { Command } from 'commander';
import {
  DEVICES_LIST_OPTION_SPECS,
  DEVICES_PROBE_OPTION_SPECS,
  type Environment,
  loadDevicesListOptions,
  loadDevicesProbeOptions,
} from '../config';
import type { CommandIo } from './command-io';
import { listDevices, probeDevices } from './devices-commands';
import { withOptions } from './with-options';

/** `cdmpp devices …`. */
export function addDevicesCommands(
  program: Command,
  environment: Environment,
  io: CommandIo,
): void {
  const devices = program.command('devices').description('see and measure devices');
  withOptions(
    devices.command('list').description('print the cards of devices: probed, and those shipped'),
    DEVICES_LIST_OPTION_SPECS,
  ).action((flags) => listDevices(loadDevicesListOptions(flags, environment), io));
  withOptions(
    devices
      .command('probe')
      .description("measure this machine's CPU as devices, on a machine that does nothing else"),
    DEVICES_PROBE_OPTION_SPECS,
  ).action((flags) => probeDevices(loadDevicesProbeOptions(flags, environment), io));
}
