import { parseDeviceFile } from '../../src/devices/device-file';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const card = {
  name: 'amd-epyc-avx2-2t',
  kind: 'DEVICE_KIND_CPU',
  cores: 2,
  simd_bits: 256,
  peak_flops: 1.5e11,
  l1_bandwidth_bytes_per_second: 2e11,
  launch_overhead_seconds: 1.25e-6,
};

const parse = (content: unknown) => parseDeviceFile('card.json', JSON.stringify(content));

describe('parseDeviceFile()', () => {
  it('should read a card, with 0 for what the file does not say', () => {
    expect(
      parse({ card, how: 'probed', when: '2026-01-02T03:04:05+00:00', cpu: {}, measured: {} }),
    ).toEqual({
      path: 'card.json',
      card: {
        name: 'amd-epyc-avx2-2t',
        kind: 'cpu',
        cores: 2,
        simdBits: 256,
        clockHertz: 0,
        peakFlops: 1.5e11,
        memoryBandwidthBytesPerSecond: 0,
        l1CacheBytes: 0,
        l2CacheBytes: 0,
        l3CacheBytes: 0,
        memoryBytes: 0,
        sharedMemoryBytesPerCore: 0,
        registersPerCore: 0,
        maxThreadsPerCore: 0,
        warpSize: 0,
        launchOverheadSeconds: 1.25e-6,
        l1BandwidthBytesPerSecond: 2e11,
        l2BandwidthBytesPerSecond: 0,
        l3BandwidthBytesPerSecond: 0,
      },
      how: 'probed',
      when: '2026-01-02T03:04:05+00:00',
      source: undefined,
    });
  });

  it('should read where a data sheet is from', () => {
    const gpu = { name: 'k80', kind: 'DEVICE_KIND_GPU' };
    expect(parse({ card: gpu, how: 'data-sheet', source: 'a document' })).toMatchObject({
      card: { name: 'k80', kind: 'gpu' },
      how: 'data-sheet',
      source: 'a document',
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /^card\.json is no device card \(the file: .*\); delete it, or probe/],
    ['no card', { how: 'probed' }, /\(card: /],
    ['no name', { card: { ...card, name: '' }, how: 'probed' }, /\(card\.name: /],
    ['a negative figure', { card: { ...card, cores: -1 }, how: 'probed' }, /\(card\.cores: .*0/],
    ['a figure in words', { card: { ...card, peak_flops: '1' }, how: 'probed' }, /\(card\.peak_f/],
    ['a field nobody knows', { card: { ...card, speed: 1 }, how: 'probed' }, /\(card: .*"speed"/],
    ['no origin', { card, how: 'guessed' }, /\(how: /],
  ])('should refuse %s', (_name, content, message) =>
    expectError(() => parse(content), Code.InvalidArgument, message),
  );

  it('should refuse what is not JSON', () =>
    expectError(
      () => parseDeviceFile('card.json', '{'),
      Code.InvalidArgument,
      /^card\.json is no device card \(.*JSON.*\)/,
    ));
});
