/** A dataset's page for people, written from its card alone. */
import type { DatasetCard } from './dataset-card';

export function formatCardPage(card: DatasetCard): string {
  const bytes = card.files.reduce((sum, file) => sum + file.bytes, 0);
  const { total } = card;
  return `${[
    `# ${card.title}`,
    card.how,
    [
      `${thousands(total.records)} measurements, ${thousands(total.validRecords)} of them valid, of`,
      `${thousands(total.schedules)} schedules of ${counted(total.computations, 'computation')} on`,
      `${counted(card.devices.length, 'device')}; ${(bytes / 2 ** 20).toFixed(1)} MiB.`,
      measuredWhen(card),
    ].join(' '),
    ...(card.machine === '' ? [] : [`Measured on: ${card.machine}`]),
    ...versionsOf(card),
    paragraph(
      '`cdmpp records import` reads this folder and checks every file against `card.json`, which holds',
      'these figures for programs. This page is written by `cdmpp records export --format dataset`.',
    ),
    '## Devices',
    table(
      ['device', 'tasks', 'programs', 'records', 'valid', 'measured again', 'median', 'mean'],
      card.devices.map((device) => [
        device.name,
        device.tasks,
        device.programs,
        device.records,
        device.validRecords,
        device.noiseFloor.pairs,
        percent(device.noiseFloor.medianPercent),
        percent(device.noiseFloor.meanPercent),
      ]),
    ),
    paragraph(
      'The last columns are the noise floor: how far the second valid measurement of a program, done',
      'again later, is from its first. No prediction of single measurements can be closer than that.',
    ),
    ...networkSection(card),
    '## Computations',
    table(
      ['computation', 'networks', ...card.devices.map((device) => `valid on ${device.name}`)],
      card.computations.map((computation) => [
        computation.description,
        computation.networks.join(', '),
        ...card.devices.map((device) => computation.validRecords[device.name] ?? 0),
      ]),
    ),
    '## Files',
    table(
      ['file', 'rows', 'bytes', 'SHA-256'],
      card.files.map((file) => [file.name, file.rows, file.bytes, `\`${file.sha256}\``]),
    ),
    paragraph(
      'Parquet with gzip, readable by any Parquet library. `tasks`: one row a task on a device, the',
      'whole task as a serialised `cdmpp.v1.Task`. `programs`: schedules, as transform steps and as',
      'TVM prints them. `measurements`: task, program, costs in seconds. A part is never rewritten; of',
      'two rows of one task the later one rules.',
    ),
  ].join('\n\n')}\n`;
}

/** Nothing where no task says which networks it is of. */
function networkSection(card: DatasetCard): readonly string[] {
  if (card.networks.length === 0) return [];
  return [
    '## Networks',
    table(
      ['network', 'computations', 'tasks', 'records', 'valid'],
      card.networks.map((network) => [
        network.name,
        network.computations,
        network.tasks,
        network.records,
        network.validRecords,
      ]),
    ),
    'A computation that several networks share counts in each of them.',
  ];
}

function counted(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function paragraph(...lines: readonly string[]): string {
  return lines.join('\n');
}

function measuredWhen({ measuredFrom, measuredUntil }: DatasetCard): string {
  if (measuredFrom === '') return 'Nothing is measured yet.';
  return `Measured from ${minute(measuredFrom)} to ${minute(measuredUntil)} UTC.`;
}

function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ');
}

function versionsOf({ versions }: DatasetCard): readonly string[] {
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return all.length === 0 ? [] : [`Versions: ${all.join(', ')}.`];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? thousands(cell) : escaped(cell))).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function percent(value: number | null): string {
  return value === null ? '' : `${value.toFixed(2)} %`;
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
