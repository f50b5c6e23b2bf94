import {
  FINETUNE_SETTINGS,
  formatTrainingSettings,
  OFFLINE_SETTINGS,
  parseTrainingSettings,
  type TrainingSettings,
} from '../training';
import type { Protocol, ProtocolFile, SettingsParts } from './protocol-file';

type Parts = Readonly<Record<string, unknown>>;

/** Small enough for a minute: shows that everything fits together, and nothing of accuracy. */
export const QUICK_PARTS: Parts = Object.freeze({
  model: { width: 32, heads: 2, layers: 1, feedForwardWidth: 32, decoderWidth: 32, decoders: 1 },
  batches: { programsPerStep: 64 },
  leastSteps: 20,
  mostSteps: 20,
});

/** Defaults, what the file says, what the protocol says, in this order. */
export function settingsOf(
  phase: keyof SettingsParts,
  file: Pick<ProtocolFile, 'settings'>,
  protocol: Pick<Protocol, 'settings'>,
  more: Parts = {},
): TrainingSettings {
  const base = phase === 'train' ? OFFLINE_SETTINGS : FINETUNE_SETTINGS;
  const parts = [file.settings?.[phase] ?? {}, protocol.settings?.[phase] ?? {}, more];
  return withParts(base, ...parts);
}

/** INVALID_ARGUMENT, by field, for settings that there are none of, or that are out of bounds. */
export function withParts(base: TrainingSettings, ...parts: readonly Parts[]): TrainingSettings {
  let merged: unknown = JSON.parse(formatTrainingSettings(base));
  for (const part of parts) merged = merge(merged, part);
  return parseTrainingSettings(JSON.stringify(merged));
}

function merge(base: unknown, part: unknown): unknown {
  if (!isRecord(base) || !isRecord(part)) return part;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(part)) merged[key] = merge(base[key], value);
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
