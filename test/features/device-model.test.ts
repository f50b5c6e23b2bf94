import { createFeatureExtractor, extractFeatures } from '../../src/features';
import { createDeviceModel } from '../../src/features/device-model';
import { createTask, type DeviceCard, type Task } from '../../src/program';
import { fixtureNames, loadFixture, taskFields } from '../support/fixtures';

function withCard(name: string, change: Partial<DeviceCard>): Task {
  const fields = taskFields(loadFixture(name).json);
  const { device } = createTask(fields);
  return createTask({ ...fields, device: { ...device, name: 'card', ...change } });
}

function estimates(name: string, change: Partial<DeviceCard>): number[] {
  const extractor = createFeatureExtractor(withCard(name, change));
  return loadFixture(name).programs.map((program) => {
    const result = extractFeatures(extractor, program);
    return result.ok ? result.features.estimateSeconds : Number.NaN;
  });
}

const known = { clockHertz: 4e9, cores: 2 };
/** What is assumed where the card does not know. */
const typical = {
  ...known,
  l2BandwidthBytesPerSecond: 32 * 4e9,
  l3BandwidthBytesPerSecond: 10 * 4e9 * 2,
};

describe('createDeviceModel()', () => {
  it('takes bandwidths of caches from the card, of one core', () => {
    const { hardwareParams } = loadFixture('matmul-cpu').task;
    const model = createDeviceModel(
      withCard('matmul-cpu', {
        clockHertz: 2e9,
        l2BandwidthBytesPerSecond: 96e9,
        l3BandwidthBytesPerSecond: 20e9 * hardwareParams.numCores,
      }),
    );
    expect(model).toMatchObject({ l2BytesPerCycle: 48, l3BytesPerCycle: 10 });
  });

  it('assumes those of current CPUs where the card does not know', () => {
    expect(createDeviceModel(withCard('matmul-cpu', known))).toMatchObject({
      l2BytesPerCycle: 32,
      l3BytesPerCycle: 10,
      memoryBandwidthBytesPerSecond: 15e9,
    });
  });
});

describe('the estimate of a program', () => {
  const cpuNames = fixtureNames.filter((name) => name.endsWith('-cpu'));

  it.each(cpuNames)('is the same for %s when what is assumed is measured', (name) => {
    expect(estimates(name, typical)).toEqual(estimates(name, known));
  });

  it.each(cpuNames)('is no shorter for %s on slower caches and memory', (name) => {
    const faster = estimates(name, typical);
    const slower = estimates(name, {
      ...known,
      l2BandwidthBytesPerSecond: typical.l2BandwidthBytesPerSecond / 8,
      l3BandwidthBytesPerSecond: typical.l3BandwidthBytesPerSecond / 8,
      memoryBandwidthBytesPerSecond: 15e9 / 8,
    });
    for (const [i, seconds] of slower.entries()) {
      expect(seconds).toBeGreaterThanOrEqual(faster[i] as number);
      expect(seconds).toBeLessThanOrEqual(8 * (faster[i] as number));
    }
  });

  it('follows the caches where a program is bound by them', () => {
    const change = { ...typical, l2BandwidthBytesPerSecond: 1e9, l3BandwidthBytesPerSecond: 2e9 };
    const bound = estimates('matmul-cpu', change);
    const free = estimates('matmul-cpu', typical);
    expect(Math.max(...bound.map((seconds, i) => seconds / (free[i] as number)))).toBeGreaterThan(
      2,
    );
  });
});
