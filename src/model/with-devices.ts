import { validateConfig } from './config';
import { layoutOf } from './forward';
import { DEVICE_TABLE } from './head';
import type { ModelState } from './latency-model';
import { toNamedWeights } from './parameters';

/**
 * The same function, with a row of its own for each of these devices that it has none for: each
 * begins as the row that unknown devices share. A model without a device card stays as it is.
 */
export function withDevices(state: ModelState, deviceNames: readonly string[]): ModelState {
  const { config } = state;
  const fresh = [...new Set(deviceNames)].filter((name) => !config.deviceNames.includes(name));
  if (fresh.length === 0 || config.deviceWidth === 0) return state;
  const grown = validateConfig({ ...config, deviceNames: [...config.deviceNames, ...fresh] });
  const known = new Map(
    toNamedWeights(layoutOf(config), state.values).map(({ name, values }) => [name, values]),
  );
  const layout = layoutOf(grown);
  const values = new Float32Array(layout.parameterCount);
  let at = 0;
  layout.specs.forEach(({ name, shape }, i) => {
    const size = layout.sizes[i] as number;
    // Absent where the model had no table: then its rows are zero, which say nothing.
    const held = known.get(name);
    if (held !== undefined) values.set(held, at);
    if (name === DEVICE_TABLE && held !== undefined) {
      const width = shape[1] as number;
      for (let row = held.length; row < size; row += width) {
        values.set(held.subarray(0, width), at + row);
      }
    }
    at += size;
  });
  return { ...state, config: grown, values };
}
