import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGzipLines, writeGzipLines } from '../../src/accuracy/gzip-lines';
import type { Job } from '../../src/accuracy/jobs';
import type { Verdict } from '../../src/accuracy/judge-all';
import { readManifest } from '../../src/accuracy/manifest';
import { writePredictions } from '../../src/accuracy/predictions';
import { runAccuracy } from '../../src/accuracy/run-accuracy';
import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import type { MeasuredRecord, ProgramSource } from '../../src/program';
import { openSqliteRecordStore } from '../../src/store';
import { expectError } from '../support/expect-error';
import { fixtureNames, loadFixture } from '../support/fixtures';

const GPU = 'unnamed-gpu';
const common = { dataset: 'd', seeds: [1, 2] };
const sampler = { tasks: 'random', programs: 'seeded', view: 'features' };

const file = {
  leastRecordsForRank: 2,
  splitSeed: 1,
  samplerGain: { protocol: 'few', other: 'random' },
  protocols: [
    { ...common, name: 'sample', kind: 'by-sample', testShare: 0.3, validationShare: 0.2 },
    { ...common, name: 'task', kind: 'by-split', split: 'by-task' },
    {
      ...common,
      name: 'device',
      kind: 'device-records',
      device: GPU,
      adaptationShare: 0.5,
      validationShare: 0.1,
      adaptationValidationShare: 0.2,
    },
    {
      ...common,
      name: 'few',
      kind: 'few-shot',
      split: 'device-transfer',
      device: GPU,
      sourceSeeds: [1],
      taskShare: 0.3,
      recordShare: 0.8,
      samplers: [
        { name: 'ours', tasks: 'herding', programs: 'medoids', view: 'model' },
        { ...sampler, name: 'random' },
      ],
      validationShare: 0.1,
      adaptationValidationShare: 0.2,
    },
    {
      ...common,
      name: 'strict',
      kind: 'few-shot',
      split: 'few-shot-device',
      device: GPU,
      sourceSeeds: [1],
      taskShare: 1,
      recordShare: 0.8,
      samplers: [{ ...sampler, name: 'all' }],
      validationShare: 0,
      adaptationValidationShare: 0.2,
    },
  ],
  figures: ['sample', 'task', 'device', 'few', 'strict'].map((protocol) => {
    return { key: `${protocol}_mape`, protocol, metric: 'mape' };
  }),
};

const ablation = {
  protocol: 'task',
  fold: 'fold-1',
  seeds: [1],
  variants: [
    { name: 'base', choice: 'all', change: 'none' },
    { name: 'bare', choice: 'positions', change: 'none', programs: { positions: 'none' } },
    { name: 'log', choice: 'label', change: 'log', settings: { label: 'log' } },
  ],
};

/** One measurement; the n-th program of a task takes n milliseconds. */
function recordOf(program: ProgramSource, taskId: string, number: number): MeasuredRecord {
  return {
    idempotencyKey: `${taskId} ${number}`,
    program,
    costsSeconds: [1e-3 * (number + 1)],
    errorNumber: 0,
    errorMessage: '',
    allCostSeconds: 1,
    timestampSeconds: 1_700_000_000 + number,
    recordLine: '',
  };
}

describe('runAccuracy()', () => {
  const cache = mkdtempSync(join(tmpdir(), 'cdmpp-accuracy-'));
  const inDataset = (name: string): string => join(cache, 'd', name);
  const io = { print: () => undefined, complain: () => undefined };
  const run = (command: string, ...more: readonly string[]): Promise<void> =>
    runAccuracy(
      [command, '--cache', cache, '--protocols', join(cache, 'p.json'), '--quick', ...more],
      io,
    );
  const jobs = async (): Promise<readonly Job[]> =>
    JSON.parse(await readFile(join(cache, 'plan.json'), 'utf8')).jobs;
  const rejected = { taskId: '', programHash: '' };

  async function addRecords(names: readonly string[], numbers: number): Promise<void> {
    const store = await openSqliteRecordStore({
      path: inDataset('records.sqlite'),
      clock: systemClock,
    });
    for (const name of names) {
      const { task, programs } = loadFixture(name);
      await store.putTask(task);
      const records = programs
        .slice(0, numbers)
        .map((program, number) => recordOf(program, task.id, number));
      await store.append(task.id, records, 'test');
    }
    await store.dispose();
  }

  beforeAll(async () => {
    await writeGzipLines(inDataset('nothing.jsonl.gz'), []);
    await writeFile(join(cache, 'p.json'), JSON.stringify(file));
    await writeFile(join(cache, 'v.json'), JSON.stringify(ablation));
    await addRecords(fixtureNames, 6);
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it('should write programs with lines that TVM reads, and what is known of the devices', async () => {
    await run('programs', 'd');
    const lines = (await readGzipLines(inDataset('programs.jsonl.gz'))) as readonly {
      taskId: string;
      programHash: string;
      recordLine: string;
    }[];
    expect(lines.length).toBeGreaterThan(5 * fixtureNames.length);
    for (const { recordLine } of lines) expect(JSON.parse(recordLine).v).toBe('v0.6');
    const devices = JSON.parse(await readFile(inDataset('devices.json'), 'utf8'));
    expect(Object.keys(devices).sort()).toEqual(['unnamed-cpu', GPU]);
    expect(typeof devices[GPU].cores).toBe('number');
    Object.assign(rejected, lines[0]);
  });

  it('should put what TVM rejects on no side', async () => {
    const { taskId, programHash } = rejected;
    await writeGzipLines(inDataset('rejected.jsonl.gz'), [{ taskId, programHash }]);
    await run('plan', 'd');
    const { lines } = await readManifest(inDataset('jobs/sample/all/manifest.jsonl.gz'));
    const programs = await readGzipLines(inDataset('programs.jsonl.gz'));
    expect(lines).toHaveLength(programs.length - 1);
    expect((await jobs()).length).toBeGreaterThan(10);
  });

  it('should run every job of ours, and none twice', async () => {
    await run('run', 'd');
    const ours = (await jobs()).filter((job) => job.kind === 'train' || job.kind === 'adapt');
    expect(ours.length).toBeGreaterThan(5);
    const paths = ours.map((job) => inDataset(`jobs/${job.id}/predictions.jsonl.gz`));
    const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
    await run('run', 'd');
    const after = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
    expect(after).toEqual(times);
  }, 300_000);

  it('should judge both rivals on the same programs', async () => {
    for (const job of (await jobs()).filter((one) => one.kind === 'xgboost')) {
      const { lines } = await readManifest(inDataset(`jobs/${job.manifest}.jsonl.gz`));
      const predicted = lines.filter(({ side }) => side === 'test' || side === 'candidate');
      await writePredictions(
        inDataset(`jobs/${job.id}/predictions.jsonl.gz`),
        predicted.map(({ sequence }) => ({ sequence, seconds: 1e-3, deviation: 0 })),
      );
    }
    await run('judge');
    const verdict: Verdict = JSON.parse(await readFile(join(cache, 'verdict.json'), 'utf8'));
    expect(verdict.missing).toEqual([]);
    for (const { key } of file.figures) expect(verdict.figures[key]).toBeGreaterThan(0);
    expect(verdict.figures.sampler_gain).toBeLessThan(1);
    const stages = verdict.protocols.map((one) => `${one.protocol} ${one.stage} ${one.subset}`);
    expect(stages).toEqual(
      expect.arrayContaining(['few source all', 'few final all', 'strict source all']),
    );
    for (const { arms } of verdict.protocols) {
      const rival = arms.find((arm) => arm.name === 'xgboost-pooled');
      const pairwise = rival?.figures.pairwise ?? null;
      // It says the same of all programs: each pair is half right.
      if (pairwise !== null) expect(pairwise.value).toBeCloseTo(0.5);
    }
    expect(verdict.figures['pairwise_gain.task.final']).toBeGreaterThan(-0.5);
  });

  it('should train variants and compare them with the first', async () => {
    await run('ablate', '--variants', join(cache, 'v.json'));
    const variants = JSON.parse(await readFile(join(cache, 'ablation.json'), 'utf8'));
    expect(variants.map((one: { name: string }) => one.name)).toEqual(['base', 'bare', 'log']);
    expect(variants[0].differences).toBeNull();
    const { figures, differences } = variants[2];
    expect(differences.mape.value).toBeCloseTo(figures.mape.value - variants[0].figures.mape.value);
  }, 300_000);

  it('should refuse to mix jobs of one dataset with those of another', async () => {
    await writeGzipLines(inDataset('rejected.jsonl.gz'), []);
    await expectError(() => run('plan', 'd'), Code.FailedPrecondition, /"d" has changed/);
  });

  it('should say what it can be asked', async () => {
    await expectError(
      () => runAccuracy(['guess'], io),
      Code.InvalidArgument,
      /command is "guess"; give programs, plan, run, judge, ablate/,
    );
  });
});
