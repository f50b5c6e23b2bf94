// Original file: proto/cdmpp/v1/predict.proto

import type { TaskInput as _cdmpp_v1_TaskInput, Task as _cdmpp_v1_Task } from '../../cdmpp/v1/Task';
import type { ProgramInput as _cdmpp_v1_ProgramInput, Program as _cdmpp_v1_Program } from '../../cdmpp/v1/Program';
import type { ModelRefInput as _cdmpp_v1_ModelRefInput, ModelRef as _cdmpp_v1_ModelRef } from '../../cdmpp/v1/ModelRef';
import type { FeatureSetInput as _cdmpp_v1_FeatureSetInput, FeatureSet as _cdmpp_v1_FeatureSet } from '../../cdmpp/v1/FeatureSet';

export interface PredictRequestInput {
  'taskId'?: (string);
  'task'?: (_cdmpp_v1_TaskInput | null);
  'programs'?: (_cdmpp_v1_ProgramInput)[];
  'model'?: (_cdmpp_v1_ModelRefInput | null);
  'featureSet'?: (_cdmpp_v1_FeatureSetInput);
  'tunerId'?: (string);
}

export interface PredictRequest {
  'taskId': (string);
  'task': (_cdmpp_v1_Task | null);
  'programs': (_cdmpp_v1_Program)[];
  'model': (_cdmpp_v1_ModelRef | null);
  'featureSet': (_cdmpp_v1_FeatureSet);
  'tunerId': (string);
}
