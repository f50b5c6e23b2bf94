import {
  createFeatureExtractor,
  extractFeatures,
  referenceLatencySeconds,
} from '../../src/features';
import { createTask } from '../../src/program';
import { fixtureNames, loadFixture, taskFields } from '../support/fixtures';

describe('referenceLatencySeconds()', () => {
  it('is the arithmetic at the peak where arithmetic rules', () => {
    const fields = taskFields(loadFixture('matmul-cpu').json);
    const derived = createTask(fields).device;
    const card = { ...derived, name: 'card', peakFlops: 1e9, memoryBandwidthBytesPerSecond: 1e12 };
    const operations = 2 * 128 ** 3 + 128 * 128;
    expect(referenceLatencySeconds(createTask({ ...fields, device: card }))).toBe(operations / 1e9);
  });

  it('is the traffic at the bandwidth where memory rules', () => {
    const fields = taskFields(loadFixture('matmul-cpu').json);
    const derived = createTask(fields).device;
    const card = { ...derived, name: 'card', peakFlops: 1e15, memoryBandwidthBytesPerSecond: 1e9 };
    const bytes = 4 * (3 * 128 * 128 + 128);
    expect(referenceLatencySeconds(createTask({ ...fields, device: card }))).toBe(bytes / 1e9);
  });

  it.each(fixtureNames)('is at most the estimate of any program of %s', (name) => {
    const { task, programs } = loadFixture(name);
    const extractor = createFeatureExtractor(task);
    const reference = referenceLatencySeconds(task);
    for (const program of programs) {
      const result = extractFeatures(extractor, program);
      if (result.ok) expect(reference).toBeLessThanOrEqual(result.features.estimateSeconds);
    }
  });
});
