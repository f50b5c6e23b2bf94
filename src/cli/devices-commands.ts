import type { DevicesListOptions, DevicesProbeOptions } from '../config';
import { readDeviceFolder, runProbe, SHIPPED_DEVICES_DIRECTORY } from '../devices';
import type { CommandIo } from './command-io';
import { formatDeviceTable } from './device-table';

/** The probed cards of this machine's folder first, then those that come with the package. */
export async function listDevices(options: DevicesListOptions, io: CommandIo): Promise<void> {
  const folders = await Promise.all(
    [options.devicesDir, SHIPPED_DEVICES_DIRECTORY].map(readDeviceFolder),
  );
  for (const problem of folders.flatMap(({ problems }) => problems)) io.complain(problem);
  const files = folders.flatMap((folder) => folder.files);
  if (!options.json) {
    io.print(formatDeviceTable(files));
    return;
  }
  for (const { card, ...about } of files) io.print(JSON.stringify({ ...card, ...about }));
}

/** Measures devices of this machine, a few seconds each. */
export async function probeDevices(options: DevicesProbeOptions, io: CommandIo): Promise<void> {
  const { python, devices, devicesDir } = options;
  await runProbe({ python, devices, folder: devicesDir }, io.print);
}
