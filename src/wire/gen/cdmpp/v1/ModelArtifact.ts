// Original file: proto/cdmpp/v1/model.proto


export interface ModelArtifactInput {
  'card'?: (string);
  'weights'?: (Buffer | Uint8Array | string);
}

export interface ModelArtifact {
  'card': (string);
  'weights': (Buffer);
}
