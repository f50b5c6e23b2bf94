export type { DeviceFile } from './device-file';
export { type DeviceFolder, readDeviceFolder, SHIPPED_DEVICES_DIRECTORY } from './device-folder';
export { type ProbeRequest, runProbe } from './probe-process';
