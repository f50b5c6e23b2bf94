import { Code } from '../../src/errors';
import type { Prediction } from '../../src/predictor';
import type { ProgramSource } from '../../src/program';
import { ScoreCache, type ScoreLane } from '../../src/serving/score-cache';

const lane = (task = 't', modelKey = 'm@1'): ScoreLane => ({
  key: `${modelKey}/${task}`,
  modelKey,
});
const program = (transformSteps: string, loopNest = ''): ProgramSource => ({
  loopNest,
  transformSteps,
});
const good = (latencySeconds: number): Prediction => ({
  ok: true,
  latencySeconds,
  logStandardDeviation: 0.5,
});
const unreadable: Prediction = {
  ok: false,
  failure: 'unreadable',
  code: Code.InvalidArgument,
  reason: 'line 1: told so',
};

/** Answers 1, 2, 3, … in the order of what it is asked, and remembers that. */
function createScorer() {
  const asked: ProgramSource[] = [];
  return {
    asked,
    score: async (programs: readonly ProgramSource[]): Promise<readonly Prediction[]> =>
      programs.map((each) => {
        asked.push(each);
        return each.transformSteps === 'bad' ? unreadable : good(asked.length);
      }),
  };
}

describe('ScoreCache', () => {
  it('should score a program once, in the same call and later, and say how many it did not', async () => {
    const cache = new ScoreCache(10_000);
    const { asked, score } = createScorer();
    const first = await cache.answer(
      lane(),
      ['a', 'b', 'a'].map((s) => program(s)),
      score,
    );
    expect(first).toEqual({ predictions: [good(1), good(2), good(1)], cached: 1 });
    const second = await cache.answer(
      lane(),
      ['c', 'a', 'b'].map((s) => program(s)),
      score,
    );
    expect(second).toEqual({ predictions: [good(3), good(1), good(2)], cached: 2 });
    expect(asked.map(({ transformSteps }) => transformSteps)).toEqual(['a', 'b', 'c']);
  });

  it('should hold what cannot be read', async () => {
    const cache = new ScoreCache(10_000);
    const { asked, score } = createScorer();
    for (const cached of [0, 1]) {
      const answer = await cache.answer(lane(), [program('bad')], score);
      expect(answer).toEqual({ predictions: [unreadable], cached });
    }
    expect(asked).toHaveLength(1);
  });

  it('should tell tasks, versions and the two texts apart', async () => {
    const cache = new ScoreCache(10_000);
    const { asked, score } = createScorer();
    const programs = [
      program('ab'),
      program('a', 'b'),
      program('', 'ab'),
      program('2 ab'),
      program('1 a', 'b'),
    ];
    for (const one of [lane(), lane('u'), lane('t', 'm@2')]) {
      expect((await cache.answer(one, programs, score)).cached).toBe(0);
    }
    expect(asked).toHaveLength(3 * programs.length);
  });

  it('should not hold programs with lowered features', async () => {
    const cache = new ScoreCache(10_000);
    const { asked, score } = createScorer();
    const lowered = { ...program('a'), loweredFeatures: new Float32Array(164) };
    for (let call = 0; call < 2; call++) {
      expect((await cache.answer(lane(), [lowered, lowered], score)).cached).toBe(0);
    }
    expect(asked).toHaveLength(4);
    expect(cache.bytes).toBe(0);
  });

  it('should stay within its bytes, the least recently used programs going first', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `program ${String(i).padStart(2, '0')}`);
    const perProgram = await bytesOf(names[0] as string);
    const cache = new ScoreCache(10 * perProgram);
    const { score } = createScorer();
    const ask = (task: string, ...some: string[]) =>
      cache.answer(
        lane(task),
        some.map((s) => program(s)),
        score,
      );
    await ask('old', ...names.slice(0, 5));
    await ask('new', ...names.slice(0, 5));
    await ask('old', names[0] as string);
    await ask('old', names[10] as string, names[11] as string);
    expect(cache.bytes).toBeLessThanOrEqual(10 * perProgram);
    // `new` is now the lane that was not used longest, and gave up its oldest two.
    expect((await ask('new', ...names.slice(2, 5))).cached).toBe(3);
    expect((await ask('old', ...names.slice(0, 5), names[10] as string)).cached).toBe(6);
    await ask('old', ...names);
    expect(cache.bytes).toBeLessThanOrEqual(10 * perProgram);
  });

  it('should keep a program that is asked for again', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `program ${String(i).padStart(2, '0')}`);
    const cache = new ScoreCache(10 * (await bytesOf(names[0] as string)));
    const { score } = createScorer();
    const ask = async (...some: string[]) =>
      (
        await cache.answer(
          lane(),
          some.map((s) => program(s)),
          score,
        )
      ).cached;
    await ask(...names.slice(0, 10));
    await ask(names[0] as string);
    await ask(names[10] as string);
    expect(await ask(names[0] as string, ...names.slice(2))).toBe(10);
    expect(await ask(names[1] as string)).toBe(0);
  });

  it('should answer a call larger than all that it holds', async () => {
    const cache = new ScoreCache(1);
    const { score } = createScorer();
    const programs = ['a', 'b', 'a'].map((s) => program(s));
    expect(await cache.answer(lane(), programs, score)).toEqual({
      predictions: [good(1), good(2), good(1)],
      cached: 1,
    });
    expect(cache.bytes).toBe(0);
  });

  it('should forget a version with all its tasks, and no other', async () => {
    const cache = new ScoreCache(10_000);
    const { score } = createScorer();
    const ask = async (task: string, modelKey: string) =>
      (await cache.answer(lane(task, modelKey), [program('a')], score)).cached;
    for (const task of ['t', 'u']) for (const key of ['m@1', 'm@11']) await ask(task, key);
    const before = cache.bytes;
    cache.forget('m@1');
    expect(cache.bytes).toBe(before / 2);
    expect([await ask('t', 'm@11'), await ask('u', 'm@11')]).toEqual([1, 1]);
    expect([await ask('t', 'm@1'), await ask('u', 'm@1')]).toEqual([0, 0]);
  });

  it('should hold nothing of a call that fails', async () => {
    const cache = new ScoreCache(10_000);
    const { score } = createScorer();
    const fail = () => Promise.reject(new Error('told to fail'));
    await expect(cache.answer(lane(), [program('a')], fail)).rejects.toThrow('told to fail');
    expect((await cache.answer(lane(), [program('a')], score)).cached).toBe(0);
  });

  it('should score everything where it is turned off', async () => {
    const cache = new ScoreCache(0);
    const { asked, score } = createScorer();
    for (let call = 0; call < 2; call++) {
      const programs = [program('a'), program('a')];
      expect((await cache.answer(lane(), programs, score)).cached).toBe(0);
    }
    expect(asked).toHaveLength(4);
  });
});

async function bytesOf(steps: string): Promise<number> {
  const cache = new ScoreCache(10_000);
  await cache.answer(lane(), [program(steps)], createScorer().score);
  return cache.bytes;
}
