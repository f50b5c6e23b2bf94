import { internalError } from '../errors';
import { layoutOf } from './forward';
import type { ModelState } from './latency-model';
import type { Normalisation, Standardisation } from './normalisation';
import type { ParameterLayout } from './parameters';

/**
 * The same function under another normalisation: what changes in the numbers that
 * come in and go out is taken back in the weights next to them. So a model can be
 * trained on with a normalisation that fits what data there is now. Exact but for
 * values that either normalisation cuts off, and before the share of the residual is
 * taken. The transform of the labels must be the same in both: with another, no
 * weights could give the same answers.
 */
export function renormalise(state: ModelState, normalisation: Normalisation): ModelState {
  if (JSON.stringify(state.normalisation.label) !== JSON.stringify(normalisation.label)) {
    throw internalError('a model cannot be renormalised to other labels than it has learned');
  }
  const layout = layoutOf(state.config);
  const values = state.values.slice();
  const part = (name: string) => partOf(layout, values, name);
  const { config } = state;
  absorb(
    part('embedding.weight'),
    part('embedding.bias'),
    config.width,
    state.normalisation.leaf,
    normalisation.leaf,
  );
  if (config.deviceWidth > 0) {
    const bias = part('device_in.bias');
    absorb(
      part('device_in.weight'),
      bias,
      bias.length,
      state.normalisation.device,
      normalisation.device,
    );
  }
  const ratio = state.normalisation.targetDeviation / normalisation.targetDeviation;
  const shift =
    (state.normalisation.targetMean - normalisation.targetMean) / normalisation.targetDeviation;
  const weight = part('decoder_out.weight'); // [M, e, 2]
  const bias = part('decoder_out.bias'); // [M, 1, 2]
  for (let i = 0; i < weight.length; i += 2) weight[i] = (weight[i] as number) * ratio;
  for (let i = 0; i < bias.length; i += 2) {
    bias[i] = (bias[i] as number) * ratio + shift;
    bias[i + 1] = (bias[i + 1] as number) + 2 * Math.log(ratio);
  }
  return { config, normalisation, values };
}

/** Rewrites weight [columns, outputs] and bias [outputs] behind a standardisation that changes. */
function absorb(
  weight: Float32Array,
  bias: Float32Array,
  outputs: number,
  from: Standardisation,
  to: Standardisation,
): void {
  for (let c = 0; c < from.mean.length; c++) {
    const old = from.inverseDeviation[c] as number;
    const next = to.inverseDeviation[c] as number;
    const moved = ((to.mean[c] as number) - (from.mean[c] as number)) * old;
    for (let k = c * outputs; k < (c + 1) * outputs; k++) {
      const w = weight[k] as number;
      bias[k % outputs] = (bias[k % outputs] as number) + moved * w;
      // A column that was not looked at starts without a say; one that no longer varies keeps its weight.
      if (next > 0) weight[k] = (w * old) / next;
    }
  }
}

/** A window on one parameter of a flat vector. */
function partOf(layout: ParameterLayout, values: Float32Array, name: string): Float32Array {
  let at = 0;
  for (const [i, spec] of layout.specs.entries()) {
    const end = at + (layout.sizes[i] as number);
    if (spec.name === name) return values.subarray(at, end);
    at = end;
  }
  throw internalError(`no parameter is called ${name}`);
}
