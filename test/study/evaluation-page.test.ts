import { createRng } from '../../src/base';
import type { Corpus } from '../../src/corpus';
import { evaluateJudged, type Judged } from '../../src/metrics';
import { drawEvaluation } from '../../src/study/evaluation-charts';
import {
  evaluateEstimate,
  evaluateGroup,
  evaluateGroups,
  type JudgedEntry,
  joinJudged,
  NO_NETWORK,
  networksOf,
} from '../../src/study/evaluation-groups';
import { formatEvaluationPage } from '../../src/study/evaluation-page';
import type { EvaluationReport } from '../../src/study/evaluation-report';
import { markdownTable, percentText, secondsText, shareText } from '../../src/study/figure-text';
import { judgeRepetitions } from '../../src/study/judge-corpus';
import { findWorstTasks, type WorstTask } from '../../src/study/worst-tasks';
import { numberedRecord, sampleCorpus, withMemoryStore } from '../corpus/sample-corpus';

const options = { seed: 1, leastRecordsForRank: 48 };
let corpus: Corpus;
let members: readonly JudgedEntry[];

/** Predictions that are off by a tenth or so; of the network's task twice as slow. */
beforeAll(async () => {
  corpus = await sampleCorpus(60);
  const rng = createRng(8);
  const judged = corpus.entries.map(({ example, latencySeconds, taskIndex }): Judged => {
    const isOfNetwork = corpus.tasks[taskIndex]?.networks.includes('bert') === true;
    const error = 0.1 * rng.nextNormal() + (isOfNetwork ? Math.log(2) : 0);
    return {
      taskId: example.taskId,
      latencySeconds,
      predictedSeconds: latencySeconds * Math.exp(error),
      logStandardDeviation: 0.1,
    };
  });
  members = joinJudged(
    corpus,
    corpus.entries.map((_, index) => index),
    judged,
  );
});

async function createReport(): Promise<EvaluationReport> {
  const judged = members.map((member) => member.judged);
  const { perTask } = evaluateJudged(judged, { ...options, resamples: 0 });
  const store = { readRecords: async () => [] };
  return {
    format: 'cdmpp-evaluation/1',
    model: { predictor: 'cdmpp', trainedOn: 1234, weightsSha256: 'ab'.repeat(32) },
    data: {
      split: 'by sample, seed 1',
      programs: 400,
      refused: { unreadable: 2, 'not measured': 5 },
    },
    seed: 1,
    overall: evaluateGroup('all', members, options),
    estimate: evaluateEstimate(members, options),
    byDevice: evaluateGroups(members, (task) => [task.deviceName], options),
    byFamily: evaluateGroups(members, (task) => [task.family], options),
    byNetwork: evaluateGroups(members, networksOf, options),
    tasks: [],
    worst: await findWorstTasks(store, members, perTask, 2),
  };
}

describe('evaluateGroups', () => {
  it('should judge each group by its own programs', () => {
    const groups = evaluateGroups(members, (task) => [task.deviceName], options);
    expect(groups.map(({ name }) => name)).toEqual(['one', 'two', 'unnamed-cpu']);
    for (const { name, evaluation } of groups) {
      const own = members.filter(({ task }) => task.deviceName === name);
      const { perTask: _, ...expected } = evaluateJudged(
        own.map(({ judged }) => judged),
        options,
      );
      expect(evaluation).toEqual(expected);
    }
  });

  it('should put a program into each of its networks', () => {
    const [first] = members as [JudgedEntry];
    const of = (networks: readonly string[]) => ({ ...first, task: { ...first.task, networks } });
    const groups = evaluateGroups([of(['a', 'b']), of(['b']), of([])], networksOf, options);
    expect(groups.map(({ name, evaluation }) => [name, evaluation.programs])).toEqual([
      [NO_NETWORK, 1],
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('should set the analytical estimate in the place of the model', () => {
    const estimate = evaluateEstimate(members, options);
    // The synthetic estimate of a program is 0.1 ms a leaf, and each has one.
    const errors = members.map(
      ({ judged }) => (100 * Math.abs(1e-4 - judged.latencySeconds)) / judged.latencySeconds,
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(estimate.mapePercent?.value).toBeCloseTo(mean, 6);
  });

  it('should set second measurements in the place of the model', () => {
    const [first, second] = members as [JudgedEntry, JudgedEntry];
    const repeated = {
      ...first,
      entry: { ...first.entry, recordSeconds: [2, 2.2, 9] },
    };
    expect(judgeRepetitions([repeated.entry, second.entry])).toEqual([
      {
        taskId: first.entry.example.taskId,
        latencySeconds: 2,
        predictedSeconds: 2.2,
        logStandardDeviation: 0,
      },
    ]);
    const { repetition } = evaluateGroup('all', [repeated, second], options);
    expect(repetition?.programs).toBe(1);
    expect(repetition?.mapePercent?.value).toBeCloseTo(10, 10);
    expect(evaluateGroup('all', [second], options).repetition).toBeNull();
  });
});

describe('findWorstTasks', () => {
  it('should name what is predicted worst, with the text of the program', async () => {
    const { perTask } = evaluateJudged(
      members.map(({ judged }) => judged),
      options,
    );
    const bert = corpus.tasks.find(({ networks }) => networks.includes('bert'));
    const found = await withMemoryStore(async (store) => {
      // Sequences count on: those of the sample begin anew in each store.
      for (const { task } of corpus.tasks) await store.putTask(task);
      const entries = [...members].sort(
        (a, b) => (a.entry.sequences[0] as number) - (b.entry.sequences[0] as number),
      );
      for (const { entry } of entries) {
        const number = entry.example.program.leaves[0] as number;
        const idempotencyKey = `${entry.example.taskId} ${number}`;
        const record = { ...numberedRecord(number, 1), idempotencyKey };
        await store.append(entry.example.taskId, [record], 'sample');
      }
      return findWorstTasks(store, members, perTask, 2);
    });
    expect(found).toHaveLength(2);
    const [worst, next] = found;
    expect(worst?.taskId).toBe(bert?.task.id);
    expect(worst?.mapePercent).toBeGreaterThan(next?.mapePercent as number);
    expect(worst?.bias).toBeCloseTo(2, 0);
    expect(next?.bias).toBeCloseTo(1, 1);
    const { sequence, text } = (worst as WorstTask).worstProgram;
    const entry = corpus.entries.find((one) => one.sequences[0] === sequence);
    expect(text).toBe(JSON.stringify([[entry?.example.program.leaves[0], 0, 0, 0]]));
  });

  it('should not judge a task by few programs', async () => {
    const few = members.filter(({ task }) => task.networks.includes('bert')).slice(0, 7);
    const { perTask } = evaluateJudged(
      few.map(({ judged }) => judged),
      options,
    );
    const store = { readRecords: async () => [] };
    expect(await findWorstTasks(store, few, perTask, 5)).toEqual([]);
  });
});

describe('formatEvaluationPage', () => {
  it('should say what was judged, and every figure of every group', async () => {
    const report = await createReport();
    const page = formatEvaluationPage(report, { files: [{ file: 'a.svg', caption: 'A' }] });
    expect(page).toContain('trained on 1,234 programs, weights sha256 `abababababababab…`');
    expect(page).toContain('300 programs of 5 tasks, out of 400 that can be read; 7 records');
    expect(page).toContain('over 5 tasks with at least 48 judged programs; 0 tasks with fewer');
    expect(page).toContain('![A](a.svg)');
    expect(page).toContain('| not measured | 5 |\n| unreadable | 2 |');
    expect(page).toContain(`| MAPE, % | ${percentText(report.overall.evaluation.mapePercent)} |`);
    for (const name of ['one', 'two', 'unnamed-cpu', 'bert', 'resnet-18', 'elementwise', 'dense']) {
      expect(page).toMatch(new RegExp(`^\\| ${name} \\| `, 'm'));
    }
    expect(page).toMatch(/^\| 90 % \| 0\.\d{3}/m);
    for (const task of report.worst) expect(page).toContain(`### ${task.description} on`);
    expect(
      formatEvaluationPage(await createReport(), { files: [{ file: 'a.svg', caption: 'A' }] }),
    ).toBe(page);
  });

  it('should say how many tasks are left out of rank figures', async () => {
    const report = await createReport();
    const overall = evaluateGroup('all', members, { ...options, leastRecordsForRank: 61 });
    const page = formatEvaluationPage({ ...report, overall }, { files: [] });
    expect(page).toContain('over 0 tasks with at least 61');
    expect(page).toContain('5 tasks with fewer (300 programs) are left out');
    expect(page).toMatch(/^\| peak@1 \| – \| /m);
  });
});

describe('drawEvaluation', () => {
  it('should draw a series a device, and no reliability without uncertainty', async () => {
    const { overall } = await createReport();
    const charts = drawEvaluation(members, overall);
    expect(charts.map(({ file }) => file)).toEqual([
      'predicted-over-measured.svg',
      'errors.svg',
      'reliability.svg',
    ]);
    for (const { svg } of charts.slice(0, 2)) {
      for (const name of ['one', 'two', 'unnamed-cpu']) expect(svg).toContain(`>${name}</text>`);
    }
    const evaluation = { ...overall.evaluation, calibration: null };
    expect(drawEvaluation(members, { ...overall, evaluation })).toHaveLength(2);
  });
});

describe('figure texts', () => {
  it('should be short and with their interval', () => {
    expect(percentText({ value: 14.234, low: 12.99, high: 15.66 })).toBe('14.2 [13.0, 15.7]');
    expect(shareText({ value: 0.81249, low: null, high: null })).toBe('0.812');
    expect(shareText(null)).toBe('–');
    expect([2.5, 0.0025, 0.0000025].map(secondsText)).toEqual(['2.50 s', '2.50 ms', '2.50 µs']);
    expect(markdownTable(['a', 'b'], [['x|y', 'two\nlines']])).toBe(
      '| a | b |\n| --- | ---: |\n| x\\|y | two lines |',
    );
  });
});
