// Original file: proto/cdmpp/v1/task.proto


export interface NetworkUseInput {
  'name'?: (string);
  'occurrences'?: (number);
}

export interface NetworkUse {
  'name': (string);
  'occurrences': (number);
}
