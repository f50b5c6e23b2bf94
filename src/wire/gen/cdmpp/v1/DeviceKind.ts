// Original file: proto/cdmpp/v1/task.proto

export const DeviceKind = {
  DEVICE_KIND_UNSPECIFIED: 'DEVICE_KIND_UNSPECIFIED',
  DEVICE_KIND_CPU: 'DEVICE_KIND_CPU',
  DEVICE_KIND_GPU: 'DEVICE_KIND_GPU',
} as const;

export type DeviceKindInput =
  | 'DEVICE_KIND_UNSPECIFIED'
  | 0
  | 'DEVICE_KIND_CPU'
  | 1
  | 'DEVICE_KIND_GPU'
  | 2

export type DeviceKind = typeof DeviceKind[keyof typeof DeviceKind]
