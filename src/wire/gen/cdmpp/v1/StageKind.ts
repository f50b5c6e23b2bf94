// Original file: proto/cdmpp/v1/task.proto

export const StageKind = {
  STAGE_KIND_UNSPECIFIED: 'STAGE_KIND_UNSPECIFIED',
  STAGE_KIND_PLACEHOLDER: 'STAGE_KIND_PLACEHOLDER',
  STAGE_KIND_COMPUTE: 'STAGE_KIND_COMPUTE',
  STAGE_KIND_OPAQUE: 'STAGE_KIND_OPAQUE',
} as const;

export type StageKindInput =
  | 'STAGE_KIND_UNSPECIFIED'
  | 0
  | 'STAGE_KIND_PLACEHOLDER'
  | 1
  | 'STAGE_KIND_COMPUTE'
  | 2
  | 'STAGE_KIND_OPAQUE'
  | 3

export type StageKind = typeof StageKind[keyof typeof StageKind]
