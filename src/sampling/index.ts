export {
  choosePrograms,
  type ProgramPoints,
  type ProgramSamplerKind,
  programSamplers,
} from './choose-programs';
export { type KMeansOptions, kMeans } from './k-means';
export type { Clusters } from './lloyd';
export { takeRows } from './points';
export {
  formatSampleFile,
  loadSampleFile,
  parseSampleFile,
  SAMPLE_FORMAT,
  type SampledProgram,
  type SampledPrograms,
  type SampledTask,
  type SampleFile,
  sampledPrograms,
} from './sample-file';
export { chooseTasks, selectTasks, type TaskSamplerKind, taskSamplers } from './select-tasks';
export type { TaskKernelOptions } from './task-kernel';
export type { ChosenTask, TaskPoints } from './task-points';
