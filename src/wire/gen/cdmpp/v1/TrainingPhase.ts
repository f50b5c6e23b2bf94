// Original file: proto/cdmpp/v1/model.proto

export const TrainingPhase = {
  TRAINING_PHASE_UNSPECIFIED: 'TRAINING_PHASE_UNSPECIFIED',
  TRAINING_PHASE_IDLE: 'TRAINING_PHASE_IDLE',
  TRAINING_PHASE_RUNNING: 'TRAINING_PHASE_RUNNING',
  TRAINING_PHASE_FROZEN: 'TRAINING_PHASE_FROZEN',
} as const;

export type TrainingPhaseInput =
  | 'TRAINING_PHASE_UNSPECIFIED'
  | 0
  | 'TRAINING_PHASE_IDLE'
  | 1
  | 'TRAINING_PHASE_RUNNING'
  | 2
  | 'TRAINING_PHASE_FROZEN'
  | 3

export type TrainingPhase = typeof TrainingPhase[keyof typeof TrainingPhase]
