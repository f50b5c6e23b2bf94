// Original file: proto/cdmpp/v1/report.proto

import type { TaskInput as _cdmpp_v1_TaskInput, Task as _cdmpp_v1_Task } from '../../cdmpp/v1/Task';
import type { MeasuredRecordInput as _cdmpp_v1_MeasuredRecordInput, MeasuredRecord as _cdmpp_v1_MeasuredRecord } from '../../cdmpp/v1/MeasuredRecord';

export interface ReportRequestInput {
  'taskId'?: (string);
  'task'?: (_cdmpp_v1_TaskInput | null);
  'records'?: (_cdmpp_v1_MeasuredRecordInput)[];
  'tunerId'?: (string);
  'deferLearning'?: (boolean);
}

export interface ReportRequest {
  'taskId': (string);
  'task': (_cdmpp_v1_Task | null);
  'records': (_cdmpp_v1_MeasuredRecord)[];
  'tunerId': (string);
  'deferLearning': (boolean);
}
