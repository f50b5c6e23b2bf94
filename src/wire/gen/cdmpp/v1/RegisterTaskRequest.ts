// Original file: proto/cdmpp/v1/task.proto

import type { TaskInput as _cdmpp_v1_TaskInput, Task as _cdmpp_v1_Task } from '../../cdmpp/v1/Task';

export interface RegisterTaskRequestInput {
  'task'?: (_cdmpp_v1_TaskInput | null);
}

export interface RegisterTaskRequest {
  'task': (_cdmpp_v1_Task | null);
}
