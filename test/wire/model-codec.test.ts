import { Code } from '../../src/errors';
import {
  decodeModelArtifact,
  decodeModelInfo,
  decodeModelRef,
  encodeModelArtifact,
  encodeModelInfo,
  type ModelInfo,
} from '../../src/wire';
import { expectError } from '../support/expect-error';
import { requestOverTheWire, responseOverTheWire } from '../support/over-the-wire';

const info: ModelInfo = {
  model: { name: 'cdmpp', version: 3 },
  description: {
    predictor: 'cdmpp',
    featureSet: 'loop-nest',
    trainedOn: 128,
    trainedThroughSequence: 130,
    parameterCount: 1_000_000,
    trainingSeconds: 1.5,
    weightsSha256: 'ab'.repeat(32),
  },
  createdSeconds: 1_700_000_000.5,
  training: { phase: 'running', targetSequence: 140, lastFailure: 'out of memory' },
  totalTrainingSeconds: 4.25,
};

describe('encodeModelInfo()', () => {
  it('should be the inverse of decodeModelInfo()', () => {
    const message = responseOverTheWire('GetModel', encodeModelInfo(info));
    expect(decodeModelInfo(message)).toEqual(info);
  });
});

describe('decodeModelInfo()', () => {
  it('should refuse an answer without the state of training', () => {
    const message = responseOverTheWire('GetModel', { ...encodeModelInfo(info), training: null });
    return expectError(() => decodeModelInfo(message), Code.InvalidArgument, /^training is absent/);
  });
});

describe('decodeModelRef()', () => {
  it('should read an absent reference as the newest of the default model', () => {
    expect(decodeModelRef(requestOverTheWire('GetModel', {}).model)).toEqual({
      name: '',
      version: 0,
    });
  });
});

describe('encodeModelArtifact()', () => {
  const artifact = { card: '{"schema":1}', weights: Uint8Array.of(0, 1, 254, 255) };

  it('should be the inverse of decodeModelArtifact(), byte for byte', () => {
    const message = requestOverTheWire('ImportModel', {
      artifact: encodeModelArtifact(artifact, 1024),
    });
    const decoded = decodeModelArtifact(message.artifact);
    expect(decoded.card).toBe(artifact.card);
    expect([...decoded.weights]).toEqual([0, 1, 254, 255]);
  });

  it('should refuse what does not fit a message, before it is sent', () => {
    const bytes = artifact.card.length + artifact.weights.length + 64;
    expect(encodeModelArtifact(artifact, bytes)).toBeDefined();
    return expectError(
      () => encodeModelArtifact(artifact, bytes - 1),
      Code.ResourceExhausted,
      new RegExp(`^artifact has ${bytes} bytes; at most ${bytes - 1}`),
    );
  });

  it('should refuse an import without artifact or card', async () => {
    await expectError(() => decodeModelArtifact(null), Code.InvalidArgument, /^artifact is absent/);
    const { artifact: empty } = requestOverTheWire('ImportModel', { artifact: {} });
    await expectError(() => decodeModelArtifact(empty), Code.InvalidArgument, /^artifact\.card/);
  });
});
