// Original file: proto/cdmpp/v1/predict.proto

export const FeatureSet = {
  FEATURE_SET_UNSPECIFIED: 'FEATURE_SET_UNSPECIFIED',
  FEATURE_SET_LOOP_NEST: 'FEATURE_SET_LOOP_NEST',
  FEATURE_SET_LOWERED: 'FEATURE_SET_LOWERED',
} as const;

export type FeatureSetInput =
  | 'FEATURE_SET_UNSPECIFIED'
  | 0
  | 'FEATURE_SET_LOOP_NEST'
  | 1
  | 'FEATURE_SET_LOWERED'
  | 2

export type FeatureSet = typeof FeatureSet[keyof typeof FeatureSet]
