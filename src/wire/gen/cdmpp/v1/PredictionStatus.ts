// Original file: proto/cdmpp/v1/predict.proto

export const PredictionStatus = {
  PREDICTION_STATUS_UNSPECIFIED: 'PREDICTION_STATUS_UNSPECIFIED',
  PREDICTION_STATUS_OK: 'PREDICTION_STATUS_OK',
  PREDICTION_STATUS_UNREADABLE: 'PREDICTION_STATUS_UNREADABLE',
  PREDICTION_STATUS_CANNOT_BUILD: 'PREDICTION_STATUS_CANNOT_BUILD',
} as const;

export type PredictionStatusInput =
  | 'PREDICTION_STATUS_UNSPECIFIED'
  | 0
  | 'PREDICTION_STATUS_OK'
  | 1
  | 'PREDICTION_STATUS_UNREADABLE'
  | 2
  | 'PREDICTION_STATUS_CANNOT_BUILD'
  | 3

export type PredictionStatus = typeof PredictionStatus[keyof typeof PredictionStatus]
