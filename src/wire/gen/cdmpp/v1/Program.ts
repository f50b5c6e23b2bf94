// Original file: proto/cdmpp/v1/program.proto


export interface ProgramInput {
  'loopNest'?: (string);
  'transformSteps'?: (string);
  'loweredFeatures'?: (Buffer | Uint8Array | string);
  '_loweredFeatures'?: "loweredFeatures";
}

export interface Program {
  'loopNest': (string);
  'transformSteps': (string);
  'loweredFeatures'?: (Buffer);
  '_loweredFeatures'?: "loweredFeatures";
}
