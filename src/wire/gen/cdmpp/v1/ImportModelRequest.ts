// Original file: proto/cdmpp/v1/model.proto

import type { ModelArtifactInput as _cdmpp_v1_ModelArtifactInput, ModelArtifact as _cdmpp_v1_ModelArtifact } from '../../cdmpp/v1/ModelArtifact';

export interface ImportModelRequestInput {
  'artifact'?: (_cdmpp_v1_ModelArtifactInput | null);
  'modelName'?: (string);
}

export interface ImportModelRequest {
  'artifact': (_cdmpp_v1_ModelArtifact | null);
  'modelName': (string);
}
