// Original file: proto/cdmpp/v1/predict.proto

import type { PredictionStatusInput as _cdmpp_v1_PredictionStatusInput, PredictionStatus as _cdmpp_v1_PredictionStatus } from '../../cdmpp/v1/PredictionStatus';

export interface PredictionInput {
  'latencySeconds'?: (number | string);
  'logStandardDeviation'?: (number | string);
  'status'?: (_cdmpp_v1_PredictionStatusInput);
  'reason'?: (string);
}

export interface Prediction {
  'latencySeconds': (number);
  'logStandardDeviation': (number);
  'status': (_cdmpp_v1_PredictionStatus);
  'reason': (string);
}
