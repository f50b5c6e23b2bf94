import type { Rng } from '../../src/base';
import type { LatencyModelConfig } from '../../src/model';
import type { Example } from '../../src/training';
import { sampleProgram } from '../model/sample-model';

/** A machine that does not exist: a program's latency is a sum over its leaves. */
export function sampleExamples(
  rng: Rng,
  config: LatencyModelConfig,
  count: number,
  { taskId = 'task', mostLeaves = 5, scale = 1 } = {},
): Example[] {
  return Array.from({ length: count }, () => {
    const program = sampleProgram(rng, config.leafWidth, 1 + rng.nextInt(mostLeaves));
    let sum = 0;
    for (let leaf = 0; leaf < program.leafCount; leaf++) {
      const [a, b] = program.leaves.subarray(leaf * config.leafWidth) as unknown as [
        number,
        number,
      ];
      sum += Math.exp(0.3 * a - 0.2 * b);
    }
    return {
      program,
      device: new Float32Array(config.deviceWidth).fill(scale),
      deviceName: `device-${scale}`,
      taskId,
      logEstimate: Math.log(1e-3),
      logReference: Math.log(1e-3),
      logLatency: Math.log(1e-3 * scale * sum),
    };
  });
}

/** Share of pairs in the right order. */
export function pairwiseAccuracy(predicted: ArrayLike<number>, actual: readonly number[]): number {
  let right = 0;
  let pairs = 0;
  for (let i = 0; i < actual.length; i++) {
    for (let j = 0; j < i; j++) {
      pairs++;
      const difference = (predicted[i] as number) - (predicted[j] as number);
      if (difference * ((actual[i] as number) - (actual[j] as number)) > 0) right++;
    }
  }
  return right / pairs;
}
