// Original file: proto/cdmpp/v1/predict.proto

import type { PredictionInput as _cdmpp_v1_PredictionInput, Prediction as _cdmpp_v1_Prediction } from '../../cdmpp/v1/Prediction';
import type { ModelRefInput as _cdmpp_v1_ModelRefInput, ModelRef as _cdmpp_v1_ModelRef } from '../../cdmpp/v1/ModelRef';
import type { Long } from '@grpc/proto-loader';

export interface PredictResponseInput {
  'predictions'?: (_cdmpp_v1_PredictionInput)[];
  'model'?: (_cdmpp_v1_ModelRefInput | null);
  'trainedOn'?: (number | string | Long);
  'cached'?: (number | string | Long);
}

export interface PredictResponse {
  'predictions': (_cdmpp_v1_Prediction)[];
  'model': (_cdmpp_v1_ModelRef | null);
  'trainedOn': (string);
  'cached': (string);
}
