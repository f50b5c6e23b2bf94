import { createTask } from '../../src/program';
import { fixtureNames, loadFixture, taskFields } from '../support/fixtures';

const fields = taskFields(loadFixture('matmul-cpu').json);

describe('createTask()', () => {
  it('gives every fixture an id of its own, always the same', () => {
    const ids = fixtureNames.map((name) => loadFixture(name).task.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(fixtureNames.map((name) => loadFixture(name).task.id)).toEqual(ids);
  });

  it('gives one structure two ids on two devices', () => {
    const here = createTask(fields);
    const there = createTask({ ...fields, device: { ...here.device, name: 'another' } });
    expect(there.structureHash).toBe(here.structureHash);
    expect(there.id).not.toBe(here.id);
  });

  it('keeps the id of a task whatever networks it is found in, and sorts those by name', () => {
    const alone = createTask(fields);
    const used = createTask({
      ...fields,
      networks: [
        { name: 'vgg-16', occurrences: 1 },
        { name: 'resnet-18', occurrences: 4 },
      ],
    });
    expect(used.id).toBe(alone.id);
    expect(used.networks.map((use) => use.name)).toEqual(['resnet-18', 'vgg-16']);
  });

  it('derives a card that leaves unknown what it does not know', () => {
    const { device } = createTask(fields);
    expect(device).toMatchObject({
      kind: 'cpu',
      cores: 2,
      simdBits: 256,
      clockHertz: 0,
      peakFlops: 0,
    });
  });

  it.each([
    ['workload key', { workloadKey: '' }, 'task.workload_key: empty'],
    ['target', { target: '' }, 'task.target: empty'],
    ['tensors', { tensors: [] }, 'task.tensors: 0 of them'],
    [
      'extent',
      { tensors: [{ name: 'A', shape: [0], dtype: 'float32' }] },
      'extent 0, expected an integer from 1',
    ],
    ['type', { tensors: [{ name: 'A', shape: [1], dtype: 'floaty' }] }, '"floaty" is not a type'],
    ['twin tensors', { tensors: [fields.tensors[0], fields.tensors[0]] }, 'stands there twice'],
    [
      'twin stages',
      { stages: [fields.stages[0], fields.stages[0]] },
      'is empty or stands there twice',
    ],
    [
      'hardware',
      { hardwareParams: { ...fields.hardwareParams, numCores: Number.NaN } },
      'numCores: NaN',
    ],
    [
      'network',
      { networks: [{ name: '', occurrences: 1 }] },
      'task.networks: the name "" is empty',
    ],
    [
      'twin networks',
      {
        networks: [
          { name: 'vgg-16', occurrences: 1 },
          { name: 'vgg-16', occurrences: 2 },
        ],
      },
      '"vgg-16" is empty, stands there twice',
    ],
    [
      'number of occurrences',
      { networks: [{ name: 'vgg-16', occurrences: 0 }] },
      'task.networks["vgg-16"].occurrences: 0, expected an integer of at least 1',
    ],
  ])('names a wrong %s', (_, change, reason) => {
    expect(() => createTask({ ...fields, ...change } as typeof fields)).toThrow(reason);
  });
});
