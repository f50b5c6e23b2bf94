/** Single features of a program's leaves, by name. */
import {
  createFeatureExtractor,
  extractFeatures,
  loopNestSchema,
  type ProgramFeatures,
} from '../../src/features';
import type { ProgramSource, Task } from '../../src/program';

/** log2(1 + value): the transform of most features. */
export const log = (value: number): number => Math.log2(1 + value);

export function featuresOf(task: Task, program: ProgramSource | undefined): ProgramFeatures {
  if (program === undefined) throw new Error('no program');
  const result = extractFeatures(createFeatureExtractor(task), program);
  if (!result.ok) throw new Error(result.reason);
  return result.features;
}

export function feature(features: ProgramFeatures, leaf: number, name: string): number {
  const column = loopNestSchema.leaf.indexOf(name);
  if (column < 0) throw new Error(`no feature ${name}`);
  return features.leaves[leaf * loopNestSchema.leaf.length + column] as number;
}

/** Features of one leaf whose names have the prefix, against values of the rest of the name. */
export function expectFeatures(
  features: ProgramFeatures,
  leaf: number,
  prefix: string,
  expected: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const got = feature(features, leaf, `${prefix}.${name}`);
    // float32 of magnitudes up to 40.
    if (!(Math.abs(got - value) < 1e-5)) {
      throw new Error(`${prefix}.${name} of leaf ${leaf}: ${got}, expected ${value}`);
    }
  }
}
