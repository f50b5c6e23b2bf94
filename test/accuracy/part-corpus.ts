import type { PartableCorpus } from '../../src/accuracy/sides';
import type { Computation } from '../../src/splits';

/** `count` computations on both devices but for the last fifth, which is on `k80` alone. */
export function computationsOf(count: number): readonly Computation[] {
  return Array.from({ length: count }, (_, index) => {
    const hash = index.toString(16).padStart(32, '0');
    return {
      hash,
      kernel: hash,
      family: index % 2 === 0 ? ('conv2d' as const) : ('dense' as const),
      description: hash,
      workloadKeys: [`["${hash}"]`],
      networks: [index % 3 === 0 ? 'resnet' : 'bert'],
      devices: index >= 0.8 * count ? ['k80'] : ['k80', 'v100'],
    };
  });
}

/** `programs` programs of each computation on each of its devices; schedules are of one device. */
export function corpusOf(computations: readonly Computation[], programs: number): PartableCorpus {
  const tasks = computations.flatMap(({ hash, devices }) =>
    devices.map((deviceName) => ({ computation: hash, deviceName })),
  );
  const entries = tasks.flatMap(({ computation, deviceName }, taskIndex) =>
    Array.from({ length: programs }, (_, number) => ({
      taskIndex,
      programHash: `${computation} ${deviceName} ${number}`,
    })),
  );
  return { tasks, entries };
}
