import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasuredRecord } from '../../src/program';
import {
  type CostModelService,
  type CostModelServiceOptions,
  createCostModelService,
  type PredictCall,
} from '../../src/serving';
import { domainRecord, domainTask } from './domain-samples';
import { inlineFakes, program } from './fake-models';
import { useTemporaryFolder } from './temporary-folder';
import { until } from './until';

export const newest = { name: '', version: 0 };
export const task = domainTask();

/** A record of one repetition. */
export function cost(number: number, seconds: number): MeasuredRecord {
  return domainRecord(number, { costsSeconds: [seconds] });
}

/** Two programs of `task` by the newest model. */
export function asking(overrides: Partial<PredictCall> = {}): PredictCall {
  return {
    task: task.id,
    programs: [program('a'), program('b')],
    model: newest,
    featureSet: undefined,
    tunerId: '',
    ...overrides,
  };
}

/** A service over fakes and real files for each test, with `task` registered. */
export function useLocalService() {
  const folder = useTemporaryFolder();
  let service: CostModelService;

  const open = async (options: Partial<CostModelServiceOptions> = {}): Promise<void> => {
    service = createCostModelService({
      dataDir: folder.path,
      isolation: 'none',
      registry: inlineFakes().registry,
      clock: { nowMs: () => 0, wallSeconds: () => 1_700_000_000 },
      ...options,
    });
    await service.ready;
  };
  beforeEach(async () => {
    await open();
    await service.registerTask(task);
  });
  afterEach(() => service.dispose());

  const info = () => service.getModel(newest);
  return {
    folder,
    get service(): CostModelService {
      return service;
    },
    info,
    restart: async (options: Partial<CostModelServiceOptions> = {}): Promise<void> => {
      await service.dispose();
      await open(options);
    },
    report: (records: readonly MeasuredRecord[]) =>
      service.report({ task: task.id, records, tunerId: 'tuner' }),
    version: async () => (await info()).model.version,
    /** Waits until no training is under way or waiting. */
    learned: () => until(async () => (await info()).training.phase !== 'running'),
    /** Damages the weights of a version. */
    tear: (version: number) =>
      writeFile(join(folder.path, 'models', `cdmpp-cpu@${version}`, 'weights.bin'), 'torn'),
  };
}
