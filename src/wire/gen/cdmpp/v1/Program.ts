// Original file: proto/cdmpp/v1/program.proto


export interface ProgramInput {
  'loopNest'?: (string);
  'transformSteps'?: (string);
}

export interface Program {
  'loopNest': (string);
  'transformSteps': (string);
}
