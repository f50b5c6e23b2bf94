import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { createFeatureSchema } from '../../src/features';
import type { ModelArtifact } from '../../src/predictor';
import { decodeArtifact, encodeArtifact } from '../../src/zoo/cdmpp-card';
import { sampleState, smallConfig } from '../model/sample-model';
import { expectError } from '../support/expect-error';

const leaf = Array.from({ length: smallConfig.leafWidth }, (_, i) => `leaf_${i}`);
const device = Array.from({ length: smallConfig.deviceWidth }, (_, i) => `device_${i}`);
const schema = createFeatureSchema(leaf, device);
const state = sampleState(createRng(1), smallConfig);
const training = {
  trainedOn: 40,
  trainedThroughSequence: 44,
  trainingSeconds: 1.5,
  loss: 0.25,
  seed: 9,
  normalisedOn: 32,
};
const { artifact, weightsSha256 } = encodeArtifact('cdmpp', schema, state, training);

function withCard(change: (card: Record<string, Record<string, unknown>>) => void): ModelArtifact {
  const card = JSON.parse(artifact.card);
  change(card);
  return { ...artifact, card: JSON.stringify(card) };
}

describe('encodeArtifact() and decodeArtifact()', () => {
  it('should give everything back', () => {
    const saved = decodeArtifact(artifact, 'cdmpp', schema);
    expect(saved).toEqual({ state, training, weightsSha256 });
  });

  it('should give back labels of every kind, and devices', () => {
    for (const label of [
      { kind: 'log' as const },
      { kind: 'box-cox' as const, lambda: -0.3, logCentre: -7.5 },
    ]) {
      const config = { ...smallConfig, deviceNames: ['a', 'b'] };
      const sample = sampleState(createRng(2), config);
      const other = { ...sample, normalisation: { ...sample.normalisation, label } };
      const encoded = encodeArtifact('cdmpp', schema, other, training);
      expect(decodeArtifact(encoded.artifact, 'cdmpp', schema).state).toEqual(other);
    }
  });

  it('should tell a reader of the card what the model is', () => {
    expect(JSON.parse(artifact.card)).toMatchObject({
      predictor: 'cdmpp',
      featureSchema: { id: schema.id, leaf, device },
      config: smallConfig,
      training,
      weightsSha256,
    });
  });

  it('should name the features that differ', async () => {
    const other = createFeatureSchema([...leaf.slice(1), 'leaf_new'], device);
    await expectError(
      () => decodeArtifact(artifact, 'cdmpp', other),
      Code.InvalidArgument,
      /schema is .*only in the card: leaf_0; only here: leaf_new/,
    );
  });

  it.each<[string, ModelArtifact, RegExp]>([
    ['another format', withCard((c) => Object.assign(c, { format: 'x/9' })), /^card: format/],
    [
      'another predictor',
      withCard((c) => Object.assign(c, { predictor: 'tlp' })),
      /^card: predictor is "tlp"; it must be "cdmpp"/,
    ],
    [
      'shapes that the weights do not have',
      withCard((c) => Object.assign(c.config as object, { width: 32 })),
      /weights: "embedding.weight" has shape \[11,16\]; it must be \[11,32\]/,
    ],
    [
      'a config that cannot be built',
      withCard((c) => Object.assign(c.config as object, { heads: 0 })),
      /config.heads: 0/,
    ],
    [
      'a normalisation of another width',
      withCard((c) => Object.assign((c.normalisation as { leaf: object }).leaf, { mean: [1] })),
      /normalisation.leaf.mean is 1; it must be 11/,
    ],
    [
      'another checksum',
      withCard((c) => Object.assign(c, { weightsSha256: 'abc' })),
      /sha256 is .* the card says abc/,
    ],
    [
      'a share that is none',
      withCard((c) => Object.assign(c.normalisation as object, { residualShare: 2 })),
      /^card: normalisation.residualShare/,
    ],
    [
      'labels that it does not know',
      withCard((c) => Object.assign(c.normalisation as object, { label: { kind: 'sqrt' } })),
      /^card: normalisation.label/,
    ],
    ['no JSON', { ...artifact, card: '{' }, /^card: not JSON/],
  ])('should refuse %s', async (_, bad, message) => {
    await expectError(() => decodeArtifact(bad, 'cdmpp', schema), Code.InvalidArgument, message);
  });
});
