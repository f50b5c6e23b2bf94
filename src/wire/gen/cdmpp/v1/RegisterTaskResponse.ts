// Original file: proto/cdmpp/v1/task.proto


export interface RegisterTaskResponseInput {
  'taskId'?: (string);
  'referenceLatencySeconds'?: (number | string);
  'modelName'?: (string);
}

export interface RegisterTaskResponse {
  'taskId': (string);
  'referenceLatencySeconds': (number);
  'modelName': (string);
}
