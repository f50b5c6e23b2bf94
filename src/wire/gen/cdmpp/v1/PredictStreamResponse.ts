// Original file: proto/cdmpp/v1/predict.proto

import type { PredictResponseInput as _cdmpp_v1_PredictResponseInput, PredictResponse as _cdmpp_v1_PredictResponse } from '../../cdmpp/v1/PredictResponse';

export interface PredictStreamResponseInput {
  'chunk'?: (_cdmpp_v1_PredictResponseInput | null);
}

export interface PredictStreamResponse {
  'chunk': (_cdmpp_v1_PredictResponse | null);
}
