import Table from 'cli-table3';
import type { DeviceFile } from '../devices';
import type { DeviceCard } from '../program';

const giga = 1e9;

/** Heading with its unit, and the figure in that unit. */
const COLUMNS: readonly (readonly [string, (card: DeviceCard) => number])[] = [
  ['cores', (card) => card.cores],
  ['SIMD\nbits', (card) => card.simdBits],
  ['clock\nGHz', (card) => card.clockHertz / giga],
  ['peak\nGFLOP/s', (card) => card.peakFlops / giga],
  ['L1\nKiB/core', (card) => card.l1CacheBytes / 1024],
  ['L2\nKiB/core', (card) => card.l2CacheBytes / 1024],
  ['L3\nMiB', (card) => card.l3CacheBytes / 1024 ** 2],
  ['L1\nGB/s/core', (card) => card.l1BandwidthBytesPerSecond / giga],
  ['L2\nGB/s/core', (card) => card.l2BandwidthBytesPerSecond / giga],
  ['L3\nGB/s', (card) => card.l3BandwidthBytesPerSecond / giga],
  ['memory\nGB/s', (card) => card.memoryBandwidthBytesPerSecond / giga],
  ['launch\nus', (card) => card.launchOverheadSeconds * 1e6],
];

/** A row for each card; `-` for what nobody knows. */
export function formatDeviceTable(files: readonly DeviceFile[]): string {
  const table = new Table({
    head: ['device', ...COLUMNS.map(([heading]) => heading), 'figures'],
    colAligns: ['left', ...COLUMNS.map(() => 'right' as const), 'left'],
    style: { head: [], border: [] },
  });
  for (const file of files) {
    const figures = COLUMNS.map(([, figureOf]) => formatFigure(figureOf(file.card)));
    table.push([file.card.name, ...figures, howText(file)]);
  }
  return table.toString();
}

function formatFigure(value: number): string {
  if (value === 0) return '-';
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function howText({ how, when }: DeviceFile): string {
  if (how === 'data-sheet') return 'data sheet';
  return when === undefined ? 'probed' : `probed ${when.slice(0, 10)}`;
}
