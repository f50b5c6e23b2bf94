import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportDataset } from '../../src/dataset';
import { MemoryRecordStore } from '../../src/store';
import { loadFixture } from '../support/fixtures';
import { withParts } from '../support/renamed-task';
import { useTemporaryFolder } from '../support/temporary-folder';
import { loggedRecord, putSamples } from './sample-records';

describe("a dataset's card and page", () => {
  const folder = useTemporaryFolder();
  const conv = withParts(loadFixture('conv2d-cpu').task, {
    networks: [
      { name: 'resnet-18', occurrences: 2 },
      { name: 'vgg-16', occurrences: 1 },
    ],
  });
  const matmul = withParts(loadFixture('matmul-cuda').task, {
    networks: [{ name: 'mlp', occurrences: 1 }],
  });
  const day = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

  it('should count by device, network and computation, and tell the noise floor', async () => {
    const store = new MemoryRecordStore();
    const again = loggedRecord(conv, '[["AN", 0, 1]]', [1.04e-3], day + 60);
    await putSamples(
      store,
      [
        { task: conv, record: loggedRecord(conv, '[["AN", 0, 1]]', [1e-3], day) },
        { task: conv, record: loggedRecord(conv, '[["AN", 0, 2]]', [2e-3], day + 1) },
        { task: conv, record: again },
        { task: matmul, record: loggedRecord(matmul, '[["AN", 0, 1]]', [3e-3], day + 2) },
        {
          task: matmul,
          record: {
            ...loggedRecord(matmul, '[["AN", 0, 2]]', [1e10], day + 3),
            errorNumber: 4,
            idempotencyKey: 'failed',
          },
        },
      ].map((sample) => ({ ...sample, source: '' })),
    );
    const about = {
      title: 'Two operators',
      how: 'By hand.',
      machine: 'a desk',
      versions: { tvm: '0.14' },
    };
    const { card } = await exportDataset({ store, dir: folder.path, nowSeconds: day, about });
    expect(card).toMatchObject({
      measuredFrom: '2026-01-02T03:04:05.000Z',
      measuredUntil: '2026-01-02T03:05:05.000Z',
      total: {
        tasks: 2,
        computations: 2,
        schedules: 4,
        records: 5,
        validRecords: 4,
        programs: 4,
        repetitions: 1,
      },
      devices: [
        { name: 'unnamed-cpu', tasks: 1, records: 3, validRecords: 3, programs: 2, repetitions: 1 },
        { name: 'unnamed-gpu', tasks: 1, records: 2, validRecords: 1, programs: 2, repetitions: 0 },
      ],
      networks: [
        { name: 'mlp', computations: 1, tasks: 1, records: 2, validRecords: 1 },
        { name: 'resnet-18', computations: 1, tasks: 1, records: 3, validRecords: 3 },
        { name: 'vgg-16', computations: 1, tasks: 1, records: 3, validRecords: 3 },
      ],
      computations: [
        {
          family: 'conv2d',
          description: 'conv2d (1x32x28x28, 64x32x3x3, 1x64x1x1) -> 1x64x28x28',
          networks: ['resnet-18', 'vgg-16'],
          validRecords: { 'unnamed-cpu': 3 },
        },
        { family: 'dense', networks: ['mlp'], validRecords: { 'unnamed-gpu': 1 } },
      ],
    });
    const [cpu, gpu] = card.devices;
    expect(cpu?.noiseFloor.pairs).toBe(1);
    expect(cpu?.noiseFloor.medianPercent).toBeCloseTo(4, 9);
    expect(gpu?.noiseFloor).toEqual({ pairs: 0, medianPercent: null, meanPercent: null });

    const page = await readFile(join(folder.path, 'README.md'), 'utf8');
    expect(page).toMatch(/^# Two operators\n\nBy hand\.\n/);
    expect(page).toContain('Measured from 2026-01-02 03:04 to 2026-01-02 03:05 UTC.');
    expect(page).toContain('| unnamed-cpu | 1 | 2 | 3 | 3 | 1 | 4.00 % | 4.00 % |');
    expect(page).toContain('| mlp | 1 | 1 | 2 | 1 |');
    expect(page).toContain('Versions: tvm 0.14.');
    expect(page).toMatch(
      /^5 measurements, 4 of them valid, of 4 schedules of 2 computations on 2 devices; /m,
    );
  });

  it('should not speak of networks where there are none', async () => {
    const store = new MemoryRecordStore();
    const { task } = loadFixture('matmul-cpu');
    const record = loggedRecord(task, '[["AN", 0, 1]]', [1e-3], day);
    await putSamples(store, [{ task, record, source: '' }]);
    await exportDataset({ store, dir: folder.path, nowSeconds: day });
    const page = await readFile(join(folder.path, 'README.md'), 'utf8');
    expect(page).toContain('of 1 computation on 1 device; ');
    expect(page).not.toContain('## Networks');
  });
});
