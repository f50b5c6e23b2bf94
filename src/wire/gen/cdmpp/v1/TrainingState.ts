// Original file: proto/cdmpp/v1/model.proto

import type { TrainingPhaseInput as _cdmpp_v1_TrainingPhaseInput, TrainingPhase as _cdmpp_v1_TrainingPhase } from '../../cdmpp/v1/TrainingPhase';
import type { Long } from '@grpc/proto-loader';

export interface TrainingStateInput {
  'phase'?: (_cdmpp_v1_TrainingPhaseInput);
  'targetSequence'?: (number | string | Long);
  'lastFailure'?: (string);
}

export interface TrainingState {
  'phase': (_cdmpp_v1_TrainingPhase);
  'targetSequence': (string);
  'lastFailure': (string);
}
