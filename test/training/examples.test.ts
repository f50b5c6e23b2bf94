import { createTrainingSet, type Example } from '../../src/training';
import '../support/to-be-allclose';

const example = (taskId: string, latencySeconds: number): Example => ({
  program: {
    leafCount: 1,
    leaves: new Float32Array(1),
    positions: new Int32Array(1),
    depths: new Int32Array(1),
  },
  device: new Float32Array(0),
  deviceName: 'device',
  taskId,
  logEstimate: 0,
  logReference: 0,
  logLatency: Math.log(latencySeconds),
});

describe('createTrainingSet()', () => {
  it('should group by task and favour the fast, each task by its own best', () => {
    const set = createTrainingSet(
      [example('a', 2), example('b', 10), example('a', 1), example('b', 40)],
      0.35,
    );
    expect(set.tasks).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(Array.from(set.taskIndices)).toEqual([0, 1, 0, 1]);
    const raw = [1 / 2, 1, 1, 1 / 4].map((relative) => 0.35 + 0.65 * relative);
    const mean = raw.reduce((sum, weight) => sum + weight, 0) / 4;
    expect(set.weights).toBeAllclose(raw.map((weight) => weight / mean));
  });

  it('should weigh examples as they ask for', () => {
    const weighted = [1, 3].map((weight, i) => ({ ...example(`${i}`, 1), weight }));
    expect(createTrainingSet(weighted, 0.35).weights).toBeAllclose([1 / 2, 3 / 2]);
  });
});
