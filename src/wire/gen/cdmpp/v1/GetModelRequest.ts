// Original file: proto/cdmpp/v1/model.proto

import type { ModelRefInput as _cdmpp_v1_ModelRefInput, ModelRef as _cdmpp_v1_ModelRef } from '../../cdmpp/v1/ModelRef';

export interface GetModelRequestInput {
  'model'?: (_cdmpp_v1_ModelRefInput | null);
}

export interface GetModelRequest {
  'model': (_cdmpp_v1_ModelRef | null);
}
