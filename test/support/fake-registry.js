/**
 * Predictors that are a hash and a mean, for tests of what is around predictors.
 * JavaScript, so that a worker thread and a child process can load it as it is.
 *
 * What a program's text or a record's error message asks for is done: `!nan`,
 * `!unreadable`, `!throw`, `!alone` (throws on a single record), `!exit` (ends the thread or process), `!wait` (hangs).
 */
const { createHash } = require('node:crypto');

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const isValid = ({ record }) => record.errorNumber === 0 && record.costsSeconds.length > 0;

/** Between 1 and 2, from the text alone. */
function hashOf({ loopNest, transformSteps }) {
  const digest = createHash('sha256').update(`${loopNest}\0${transformSteps}`).digest();
  return 1 + digest.readUInt32LE(0) / 2 ** 32;
}

class FakePredictor {
  constructor(name, PredictorError) {
    this.name = name;
    this.PredictorError = PredictorError;
    this.state = { scale: 1, trainedOn: 0, trainedThroughSequence: 0, seed: 0, generation: 0 };
    this.disposed = false;
    this.prepared = false;
  }

  async prepare() {
    this.prepared = true;
  }

  async describe() {
    const { trainedOn, trainedThroughSequence } = this.state;
    return {
      predictor: this.name,
      featureSet: 'loop-nest',
      trainedOn,
      trainedThroughSequence,
      parameterCount: 1,
      trainingSeconds: trainedOn === 0 ? 0 : 0.5,
      weightsSha256: trainedOn === 0 ? '' : sha256(this.#weights()),
    };
  }

  async predict({ task, programs }) {
    const wanted = programs.map((program) => program.loopNest).join();
    if (wanted.includes('!throw')) throw new Error('the fake predictor was told to throw');
    if (wanted.includes('!exit')) process.exit(7);
    return programs.map((program) => {
      if (program.loopNest.includes('!unreadable')) {
        return { ok: false, failure: 'unreadable', code: 3, reason: 'line 1: told so' };
      }
      const latencySeconds = program.loopNest.includes('!nan')
        ? Number.NaN
        : this.state.scale * hashOf(program) * task.tensors[0].shape[0];
      return { ok: true, latencySeconds, logStandardDeviation: 0.25 };
    });
  }

  async fit(records, { seed, onProgress }) {
    const wanted = records.map(({ record }) => record.errorMessage).join();
    if (wanted.includes('!throw')) throw new Error('the fake trainer was told to throw');
    if (wanted.includes('!alone') && records.length === 1)
      throw new Error('told not to begin alone');
    if (wanted.includes('!exit')) process.exit(7);
    if (wanted.includes('!wait')) await new Promise(() => setInterval(() => {}, 1000));
    if (wanted.includes('!busy')) for (;;);
    const valid = records.filter(isValid);
    if (valid.length === 0) {
      throw new this.PredictorError(9, `records: none of ${records.length} is valid`);
    }
    onProgress?.({ step: 1, steps: 1, loss: 0.125 });
    const costs = valid.map(({ record }) => record.costsSeconds[0]);
    this.state = {
      scale: wanted.includes('!nan') ? null : costs.reduce((a, b) => a + b, 0) / costs.length,
      trainedOn: valid.length,
      trainedThroughSequence: records.at(-1).sequence,
      seed,
      // How many trainings built on each other.
      generation: this.state.generation + 1,
    };
    const { trainedOn, trainedThroughSequence } = this.state;
    return { trainedOn, trainedThroughSequence, trainingSeconds: 0.5, loss: 0.125 };
  }

  async save() {
    const weights = this.#weights();
    const card = { predictor: this.name, weightsSha256: sha256(weights), state: this.state };
    return { card: JSON.stringify(card), weights };
  }

  async load({ card, weights }) {
    const parsed = JSON.parse(card);
    if (parsed.predictor !== this.name || parsed.weightsSha256 !== sha256(weights)) {
      throw new this.PredictorError(3, 'artifact does not fit');
    }
    if (parsed.crashOnLoad) process.exit(7);
    this.state = { ...parsed.state, scale: parsed.state.scale ?? Number.NaN };
  }

  async dispose() {
    this.disposed = true;
  }

  #weights() {
    return new TextEncoder().encode(JSON.stringify(this.state));
  }
}

/** `roofline` and `cdmpp`, by the names of the real ones. `made` collects what was created. */
function createFakeRegistry(PredictorError, made = []) {
  const names = ['cdmpp', 'roofline'];
  return {
    names,
    create(name) {
      if (!names.includes(name)) throw new PredictorError(5, `predictor "${name}" is not known`);
      const predictor = new FakePredictor(name, PredictorError);
      made.push(predictor);
      return predictor;
    },
  };
}

module.exports = {
  createFakeRegistry,
  /** For threads and processes, which run compiled code. */
  createDefaultRegistry: () => createFakeRegistry(require('../../dist/errors.js').PredictorError),
};
