export { allows, type Parameter, type ParameterValue, type Point } from './parameter';
export { SEARCH_SPACE } from './search-space';
export { pointOf, settingsAt } from './settings-point';
export type {
  AskedTrial,
  BestTrial,
  FinishedTrial,
  Study,
  StudyProgress,
  StudyRequest,
  StudySummary,
} from './study';
export { openStudy, type StudyPlace } from './study-process';
