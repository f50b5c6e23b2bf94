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
export { createCostModelService } from './create-cost-model-service';
export type { CostModelServiceOptions } from './service-options';
