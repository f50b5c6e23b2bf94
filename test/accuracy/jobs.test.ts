import { join } from 'node:path';
import { foldsOf } from '../../src/accuracy/folds';
import { type FoldPlan, type Job, planFold } from '../../src/accuracy/jobs';
import { loadProtocolFile } from '../../src/accuracy/protocol-file';
import { computationsOf } from './part-corpus';

const PATH = join(__dirname, '..', '..', 'benchmarks', 'accuracy_protocols.json');

describe('planFold()', () => {
  let plans: readonly (FoldPlan & { readonly protocol: string })[] = [];

  beforeAll(async () => {
    const { protocols, splitSeed } = await loadProtocolFile(PATH);
    plans = protocols.flatMap((protocol) =>
      foldsOf(protocol, computationsOf(40), splitSeed).folds.map((fold) => ({
        protocol: protocol.name,
        ...planFold(protocol, fold),
      })),
    );
  });

  it('should give each job what it needs before it runs', () => {
    expect(plans.length).toBeGreaterThan(10);
    for (const { jobs } of plans) {
      const first = (jobs[0] as Job).manifest;
      const made = new Set([first]);
      const done = new Set<string>();
      for (const job of jobs) {
        expect(made).toContain(job.manifest);
        if (job.source !== undefined) expect(done).toContain(job.source);
        if (job.makes !== undefined) made.add(job.makes);
        done.add(job.id);
      }
      expect(done.size).toBe(jobs.length);
    }
  });

  it('should compare what is planned, on manifests that are made', () => {
    for (const { jobs, comparisons } of plans) {
      const ids = new Set(jobs.map((job) => job.id));
      const manifests = new Set(jobs.flatMap((job) => [job.manifest, job.makes]));
      expect(comparisons.length).toBeGreaterThan(0);
      for (const { ours, rivals, manifest } of comparisons) {
        for (const job of [ours, ...rivals]) expect(ids).toContain(job);
        expect(manifests).toContain(manifest);
      }
    }
  });

  it('should put XGBoost first where it need not wait for a choice', () => {
    for (const { jobs } of plans) expect(jobs[0]?.kind).toBe('xgboost');
  });

  it('should hold XGBoost against every final figure, and adapt it where ours adapts', () => {
    for (const { jobs, comparisons } of plans) {
      const final = comparisons.filter((one) => one.stage === 'final');
      expect(final.some((one) => one.rivals.length === 2)).toBe(true);
      for (const { ours, rivals } of final) {
        const isAdapted = jobs.find((job) => job.id === ours)?.kind === 'adapt';
        for (const rival of rivals) {
          expect(jobs.find((job) => job.id === rival)?.adapts).toBe(isAdapted);
        }
      }
    }
  });
});
