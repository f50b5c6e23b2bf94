/**
 * The network once more, in loops over plain numbers: slow, short, and with
 * nothing of TensorFlow in it. One program, without padding.
 */
import {
  type LatencyModelConfig,
  type LeafSequence,
  layoutOf,
  type ModelState,
  type Standardisation,
  toNamedWeights,
} from '../../src/model';

type Rows = number[][];

/** [mean, log-variance] by each decoder, as the definition in the sources says. */
export function referenceForward(
  state: ModelState,
  program: LeafSequence,
  device: Float32Array,
  row = 0,
): Rows {
  const { config, normalisation } = state;
  const weights = new Map(
    toNamedWeights(layoutOf(config), state.values).map(({ name, values }) => [name, values]),
  );
  const w = (name: string, i: number): number => weights.get(name)?.[i] as number;
  const dense = (name: string, x: number[]): number[] => {
    const outputs = weights.get(`${name}.bias`)?.length as number;
    return Array.from({ length: outputs }, (_, o) =>
      x.reduce((sum, v, i) => sum + v * w(`${name}.weight`, i * outputs + o), w(`${name}.bias`, o)),
    );
  };
  const relu = (x: number[]) => x.map((v) => Math.max(0, v));
  const norm = (name: string, x: number[]): number[] => {
    const mean = average(x);
    const variance = average(x.map((v) => (v - mean) ** 2));
    return x.map(
      (v, i) =>
        ((v - mean) / Math.sqrt(variance + 1e-5)) * w(`${name}.gain`, i) + w(`${name}.bias`, i),
    );
  };

  let stream = leavesOf(config, program).map((leaf, l) => {
    const content = dense('embedding', standard(normalisation.leaf, leaf));
    const places = [
      ...sinusoid(program.positions[l] as number, config.width / 2),
      ...sinusoid(program.depths[l] as number, config.width / 2),
    ];
    return content.map((v, i) => v + (places[i] as number) * w('embedding.position_gain', i));
  });
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `encoder.${layer}`;
    const joint = stream.map((x) =>
      dense(`${name}.attention_in`, norm(`${name}.attention_norm`, x)),
    );
    const mixed = attend(config, joint);
    stream = stream.map((x, l) => plus(x, dense(`${name}.attention_out`, mixed[l] as number[])));
    stream = stream.map((x) => {
      const hidden = relu(dense(`${name}.feed_forward_in`, norm(`${name}.feed_forward_norm`, x)));
      return plus(x, dense(`${name}.feed_forward_out`, hidden));
    });
  }
  const encoded = stream.map((x) => norm('encoder.norm', x));

  const columns = Array.from({ length: config.width }, (_, c) =>
    encoded.map((x) => x[c] as number),
  );
  const pooled = [
    ...columns.map(average),
    ...columns.map((column) => Math.max(...column)),
    ...columns.map((column) => (average(column) * column.length) / 8),
  ];
  let embedding = relu(dense('pooling', pooled));
  if (config.deviceWidth > 0) {
    const fromCard = relu(dense('device_in', standard(normalisation.device, Array.from(device))));
    const card = fromCard.map((v, i) =>
      config.deviceNames.length > 0 ? v + w('device_table', row * fromCard.length + i) : v,
    );
    const film = dense('device_out', card);
    embedding = embedding.map(
      (v, i) => v * (1 + (film[i] as number)) + (film[i + config.decoderWidth] as number),
    );
  }
  const hidden = relu(dense('decoder_in', embedding));
  return Array.from({ length: config.decoders }, (_, m) =>
    [0, 1].map((o) =>
      hidden
        .slice(m * config.decoderWidth, (m + 1) * config.decoderWidth)
        .reduce(
          (sum, v, i) => sum + v * w('decoder_out.weight', (m * config.decoderWidth + i) * 2 + o),
          w('decoder_out.bias', m * 2 + o),
        ),
    ),
  );
}

function leavesOf(config: LatencyModelConfig, { leafCount, leaves }: LeafSequence): Rows {
  return Array.from({ length: leafCount }, (_, l) =>
    Array.from(leaves.slice(l * config.leafWidth, (l + 1) * config.leafWidth)),
  );
}

function standard({ mean, inverseDeviation }: Standardisation, x: number[]): number[] {
  return x.map((v, i) => {
    const z = (v - (mean[i] as number)) * (inverseDeviation[i] as number);
    return Math.max(-5, Math.min(5, z));
  });
}

function sinusoid(position: number, width: number): number[] {
  return Array.from({ length: width }, (_, c) => {
    const even = c - (c % 2);
    const angle = position / 10000 ** (even / width);
    return c % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

function attend({ heads, width }: LatencyModelConfig, joint: Rows): Rows {
  const h = width / heads;
  return joint.map((row) =>
    Array.from({ length: width }, (_, c) => {
      const head = Math.floor(c / h);
      const logits = joint.map((other) => {
        let dot = 0;
        for (let i = 0; i < h; i++) {
          dot += (row[head * h + i] as number) * (other[width + head * h + i] as number);
        }
        return dot / Math.sqrt(h);
      });
      const most = Math.max(...logits);
      const exps = logits.map((logit) => Math.exp(logit - most));
      const total = exps.reduce((sum, value) => sum + value, 0);
      return joint.reduce(
        (sum, other, l) => sum + ((exps[l] as number) / total) * (other[2 * width + c] as number),
        0,
      );
    }),
  );
}

const average = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
const plus = (a: number[], b: number[]) => a.map((v, i) => v + (b[i] as number));
