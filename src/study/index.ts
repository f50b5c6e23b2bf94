export { type ChosenPartition, choosePartition } from './choose-partition';
export { type OpenedModel, openModel } from './open-model';
