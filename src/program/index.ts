export {
  type BinaryOperator,
  type CompareOperator,
  type Expression,
  type LogicOperator,
  operandsOf,
} from './expression';
export { type MeasuredRecord, measuredLatencySeconds, type ProgramSource } from './measured-record';
export type { Axis, DeviceCard, HardwareParams, Stage, Task, Tensor } from './task';
