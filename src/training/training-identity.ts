import { sha256 } from '../tensor';
import type { TrainingSettings } from './settings';
import type { TrainingRequest } from './training-request';

/** The same for the same data, settings and seed. */
export function trainingIdentity(request: TrainingRequest, settings: TrainingSettings): string {
  const { examples, validation = [], target = [], seed, start, config } = request;
  const described = JSON.stringify({
    settings,
    seed,
    config: start?.config ?? config,
    start: start && sha256(new Uint8Array(start.values.slice().buffer)),
    counts: [examples.length, validation.length, target.length],
  });
  const labels = Float64Array.from([...examples, ...validation], (each) => each.logLatency);
  return sha256(Buffer.concat([Buffer.from(described), Buffer.from(labels.buffer)]));
}
