/**
 * What the training benchmarks learn from: the programs of a store, or made-up ones.
 *
 * Made-up programs have leaf vectors of random numbers and a latency that is a fixed function of
 * them, the same for all tasks, with some noise. Their shapes are those of real ones; what a
 * network makes of them says nothing of how well it predicts.
 */
import { createRng, systemClock } from '../dist/base/index.js';
import { BY_SAMPLE_SHARES, partitionBySample, readCorpus } from '../dist/corpus/index.js';
import { loopNestSchema, loopNestSource } from '../dist/features/index.js';
import { openRecordStore } from '../dist/store/index.js';

const SEED = 1;
/** Leaves of a made-up task's programs: how often real ones have so many. */
const LEAF_COUNTS = [2, 2, 2, 3, 3, 3, 4, 4, 4, 5];
const PROGRAMS_A_TASK = 64;
const NOISE = 0.03;
/** Columns that the made-up latency hangs on. */
const INFORMATIVE = 24;

/** Examples with their sides; `mostPrograms` are taken evenly over all tasks. */
export async function loadExamples({ store: path, mostPrograms, source = 'generated' }) {
  if (path === undefined) return { ...generated(mostPrograms), source };
  const location = { kind: 'sqlite', path, name: path };
  const store = await openRecordStore({ location, clock: systemClock });
  const corpus = await readCorpus(store, { source: loopNestSource });
  await store.dispose();
  const sides = partitionBySample(corpus, { seed: SEED, ...BY_SAMPLE_SHARES });
  const pick = (indices) => {
    const stride = Math.max(1, corpus.entries.length / mostPrograms);
    return indices
      .filter((index) => Math.floor(index / stride) !== Math.floor((index - 1) / stride))
      .map((index) => corpus.entries[index].example);
  };
  return {
    source,
    leafWidth: corpus.schema.leaf.length,
    deviceWidth: corpus.schema.device.length,
    train: pick([...sides.train, ...sides.test]),
    validation: pick(sides.validation),
  };
}

function generated(count) {
  const rng = createRng(SEED);
  const leafWidth = loopNestSchema.leaf.length;
  const deviceWidth = loopNestSchema.device.length;
  const draw = (length) => Float32Array.from({ length }, () => rng.nextNormal());
  const [direct, gates] = [draw(INFORMATIVE), draw(INFORMATIVE)];
  const device = draw(deviceWidth);
  const examples = [];
  for (let task = 0; examples.length < count; task++) {
    const leafCount = LEAF_COUNTS[rng.nextInt(LEAF_COUNTS.length)];
    // Columns of a program vary around those of its task, as loops do around a shape.
    const base = draw(leafCount * leafWidth);
    for (let i = 0; i < PROGRAMS_A_TASK && examples.length < count; i++) {
      const leaves = base.map((value) => value + 0.7 * rng.nextNormal());
      const logLatency = madeUpLogLatency(leaves, leafWidth, leafCount, direct, gates);
      examples.push({
        program: {
          leafCount,
          leaves,
          positions: Int32Array.from({ length: leafCount }, (_, leaf) => 3 + 4 * leaf),
          depths: Int32Array.from({ length: leafCount }, (_, leaf) => 2 + (leaf % 4)),
        },
        device,
        deviceName: 'made-up',
        taskId: `task ${task}`,
        logLatency: logLatency + NOISE * rng.nextNormal(),
        logEstimate: -7 + 0.1 * leafCount,
        logReference: -8,
      });
    }
  }
  const isValidation = (_, i) => i % 10 === 0;
  return {
    leafWidth,
    deviceWidth,
    train: examples.filter((example, i) => !isValidation(example, i)),
    validation: examples.filter(isValidation),
  };
}

/** ln of a sum over the leaves of e^(a·x · (1 + tanh(b·x))), tamed. */
function madeUpLogLatency(leaves, leafWidth, leafCount, direct, gates) {
  let sum = 0;
  for (let leaf = 0; leaf < leafCount; leaf++) {
    let [linear, gate] = [0, 0];
    for (let c = 0; c < direct.length; c++) {
      linear += direct[c] * leaves[leaf * leafWidth + c];
      gate += gates[c] * leaves[leaf * leafWidth + c];
    }
    const scale = 1 / Math.sqrt(direct.length);
    sum += Math.exp(1.2 * scale * linear * (1 + Math.tanh(scale * gate)));
  }
  return Math.log(sum) - 7;
}
