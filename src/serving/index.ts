export type {
  CostModelService,
  ModelInfo,
  ModelRef,
  PredictAnswer,
  PredictCall,
  RegisteredTask,
  ReportCall,
  TaskRef,
  TrainingState,
} from './cost-model-service';
