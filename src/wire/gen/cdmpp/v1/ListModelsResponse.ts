// Original file: proto/cdmpp/v1/model.proto

import type { ModelInfoInput as _cdmpp_v1_ModelInfoInput, ModelInfo as _cdmpp_v1_ModelInfo } from '../../cdmpp/v1/ModelInfo';

export interface ListModelsResponseInput {
  'models'?: (_cdmpp_v1_ModelInfoInput)[];
}

export interface ListModelsResponse {
  'models': (_cdmpp_v1_ModelInfo)[];
}
