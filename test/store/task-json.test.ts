import { decodeTask, encodeTask } from '../../src/store/task-json';
import { domainTask } from '../support/domain-samples';

describe('decodeTask()', () => {
  it('should give back what encodeTask() wrote', () => {
    const task = domainTask();
    expect(decodeTask(encodeTask(task))).toEqual(task);
  });

  it('should read a task that was stored before networks and bandwidths of caches', () => {
    const task = domainTask();
    const { networks: _networks, ...rest } = task;
    const { l1BandwidthBytesPerSecond, l2BandwidthBytesPerSecond, ...card } = task.device;
    const { l3BandwidthBytesPerSecond, ...device } = card;
    expect(decodeTask(JSON.stringify({ ...rest, device }))).toMatchObject({
      id: task.id,
      networks: [],
      device: {
        name: task.device.name,
        l1BandwidthBytesPerSecond: 0,
        l2BandwidthBytesPerSecond: 0,
        l3BandwidthBytesPerSecond: 0,
      },
    });
  });
});
