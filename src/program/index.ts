export type { TensorAccess } from './accesses';
export type { CompactProgram, ProgramLeaf } from './compact-program';
export { computationHash, kernelHash } from './computation-hash';
export { createTask, dtypeBytes, type TaskFields } from './create-task';
export type { MemoryScope } from './dag-edit';
export { TARGET_KINDS, type TargetKind, targetKind } from './device-card';
export {
  type BinaryOperator,
  type CompareOperator,
  type Expression,
  type LogicOperator,
  operandsOf,
} from './expression';
export { hardwareParamList, hardwareParamsOf } from './hardware-params';
export type { CompiledIndex } from './index-span';
export { limits } from './limits';
export {
  createLogTask,
  deviceNameOf,
  isLogTask,
  type LogTask,
  type LogTaskFields,
  logTaskIdOf,
} from './log-task';
export { type Annotation, annotations } from './loop-nest';
export {
  decodeLoweredRows,
  encodeLoweredRows,
  LOWERED_ROW_BYTES,
  LOWERED_ROW_LENGTH,
} from './lowered-rows';
export {
  type MeasuredRecord,
  measuredLatencySeconds,
  measurementKey,
  type ProgramSource,
  programHash,
} from './measured-record';
export { type OperatorFamily, operatorFamilies, operatorFamily } from './operator-family';
export { createProgramReader, type ProgramReader } from './program-reader';
export type { StageComputation } from './scheduled-dag';
export type {
  Axis,
  DeviceCard,
  HardwareParams,
  NetworkUse,
  Stage,
  Task,
  Tensor,
} from './task';
export { describeTask } from './task-description';
