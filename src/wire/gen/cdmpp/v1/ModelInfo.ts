// Original file: proto/cdmpp/v1/model.proto

import type { ModelRefInput as _cdmpp_v1_ModelRefInput, ModelRef as _cdmpp_v1_ModelRef } from '../../cdmpp/v1/ModelRef';
import type { FeatureSetInput as _cdmpp_v1_FeatureSetInput, FeatureSet as _cdmpp_v1_FeatureSet } from '../../cdmpp/v1/FeatureSet';
import type { TrainingStateInput as _cdmpp_v1_TrainingStateInput, TrainingState as _cdmpp_v1_TrainingState } from '../../cdmpp/v1/TrainingState';
import type { Long } from '@grpc/proto-loader';

export interface ModelInfoInput {
  'model'?: (_cdmpp_v1_ModelRefInput | null);
  'predictor'?: (string);
  'featureSet'?: (_cdmpp_v1_FeatureSetInput);
  'trainedOn'?: (number | string | Long);
  'trainedThroughSequence'?: (number | string | Long);
  'parameterCount'?: (number | string | Long);
  'weightsSha256'?: (string);
  'createdSeconds'?: (number | string);
  'trainingSeconds'?: (number | string);
  'training'?: (_cdmpp_v1_TrainingStateInput | null);
  'totalTrainingSeconds'?: (number | string);
}

export interface ModelInfo {
  'model': (_cdmpp_v1_ModelRef | null);
  'predictor': (string);
  'featureSet': (_cdmpp_v1_FeatureSet);
  'trainedOn': (string);
  'trainedThroughSequence': (string);
  'parameterCount': (string);
  'weightsSha256': (string);
  'createdSeconds': (number);
  'trainingSeconds': (number);
  'training': (_cdmpp_v1_TrainingState | null);
  'totalTrainingSeconds': (number);
}
