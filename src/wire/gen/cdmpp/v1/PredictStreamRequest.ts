// Original file: proto/cdmpp/v1/predict.proto

import type { PredictRequestInput as _cdmpp_v1_PredictRequestInput, PredictRequest as _cdmpp_v1_PredictRequest } from '../../cdmpp/v1/PredictRequest';

export interface PredictStreamRequestInput {
  'chunk'?: (_cdmpp_v1_PredictRequestInput | null);
}

export interface PredictStreamRequest {
  'chunk': (_cdmpp_v1_PredictRequest | null);
}
