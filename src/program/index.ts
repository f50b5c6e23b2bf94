export { createTask, dtypeBytes, type TaskFields } from './create-task';
export { isGpuTarget } from './device-card';
export {
  type BinaryOperator,
  type CompareOperator,
  type Expression,
  type LogicOperator,
  operandsOf,
} from './expression';
export { limits } from './limits';
export { type Annotation, annotations } from './loop-nest';
export { type MeasuredRecord, measuredLatencySeconds, type ProgramSource } from './measured-record';
export type { Axis, DeviceCard, HardwareParams, Stage, Task, Tensor } from './task';
