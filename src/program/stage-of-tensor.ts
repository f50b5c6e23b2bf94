import type { Stage } from './task';

/** The stage that makes a tensor; outputs of a stage with several are `X.v0`, `X.v1`, ... */
export function stageOfTensor(stages: readonly Stage[], tensor: string): Stage | undefined {
  const exact = stages.find((stage) => stage.name === tensor);
  if (exact !== undefined) return exact;
  const maker = tensor.replace(/\.v\d+$/, '');
  return stages.find((stage) => stage.name === maker);
}
