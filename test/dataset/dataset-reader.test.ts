import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetCard, exportDataset, openDataset } from '../../src/dataset';
import { describeFile } from '../../src/dataset/describe-file';
import { createParquetWriter, openParquetFile, type Value } from '../../src/dataset/parquet-file';
import { type TableName, tables } from '../../src/dataset/tables';
import { Code } from '../../src/errors';
import { MemoryRecordStore } from '../../src/store';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';
import { loggedRecord, putSamples, wholeTasks } from './sample-records';

type Task = (typeof wholeTasks)[number];

describe('openDataset()', () => {
  const folder = useTemporaryFolder();
  const task = wholeTasks[0] as Task;
  const at = (name: string): string => join(folder.path, name);
  const readAll = async () => {
    const dataset = await openDataset(folder.path);
    for await (const batch of dataset.batches()) expect(batch.length).toBeGreaterThan(0);
    return dataset;
  };

  beforeEach(async () => {
    const store = new MemoryRecordStore();
    await putSamples(store, [
      {
        task,
        record: loggedRecord(task, '[["AN", 0, 1]]', [1e-3, 2e-3], 1_760_000_000),
        source: 'a.json',
      },
    ]);
    await exportDataset({ store, dir: folder.path, nowSeconds: 1_760_000_000 });
  });

  it('should read what is whole', async () => {
    const { tasks, card } = await readAll();
    expect([...tasks.keys()]).toEqual([task.id]);
    expect(card.total.records).toBe(1);
  });

  it('should say that there is no dataset', async () => {
    await expectError(() => openDataset(at('none')), Code.NotFound, /a folder with a card/);
  });

  it('should find a changed byte by the checksum', async () => {
    const bytes = await readFile(at('measurements-0001.parquet'));
    bytes[10] = (bytes[10] as number) ^ 1;
    await writeFile(at('measurements-0001.parquet'), bytes);
    await expectError(
      readAll,
      Code.DataLoss,
      /"measurements-0001\.parquet": sha256 is [0-9a-f]{64}, the card says/,
    );
  });

  it('should find a file that is cut or gone', async () => {
    const bytes = await readFile(at('programs-0001.parquet'));
    await writeFile(at('programs-0001.parquet'), bytes.subarray(0, 20));
    await expectError(readAll, Code.DataLoss, /"programs-0001\.parquet": bytes is 20/);
    await rm(at('programs-0001.parquet'));
    await expectError(readAll, Code.DataLoss, /"programs-0001\.parquet": cannot be read/);
  });

  it('should find a card that is none', async () => {
    await changeCard((card) => ({ ...card, total: { ...card.total, records: -1 } }));
    await expectError(readAll, Code.DataLoss, /"card\.json": total\.records: /);
    await changeCard((card) => ({ ...card, total: { ...card.total, records: 7 } }));
    await expectError(readAll, Code.DataLoss, /total\.records is 7, the files hold 1/);
    await writeFile(at('card.json'), '{');
    await expectError(readAll, Code.DataLoss, /not JSON/);
  });

  it('should find files that are not of the table', async () => {
    await writeFile(at('programs-0001.parquet'), await readFile(at('measurements-0001.parquet')));
    await sign('programs-0001.parquet', 1);
    await expectError(readAll, Code.DataLoss, /its columns are .*, expected/);
    await writeFile(at('programs-0001.parquet'), 'no Parquet at all');
    await sign('programs-0001.parquet', 1);
    await expectError(readAll, Code.DataLoss, /"programs-0001\.parquet": .*parquet/i);
  });

  it('should find a wrong count of rows', async () => {
    await sign('programs-0001.parquet', 2);
    await expectError(readAll, Code.DataLoss, /rows are 1, the card says 2/);
  });

  it.each<[TableName, string, Value, RegExp]>([
    ['measurements', 'task_id', 'x', /row 0: task_id is "x", expected the id of a task/],
    ['measurements', 'task_id', '0'.repeat(32), /task_id is 0+, expected a row of the table tasks/],
    ['measurements', 'program', 0, /program is 0, expected an integer from 1 to 2147483647/],
    ['measurements', 'program', 2, /program is 2, expected a row of the table programs/],
    [
      'measurements',
      'costs_seconds',
      [1, Number.NaN],
      /costs_seconds\[1\] is NaN, expected a finite/,
    ],
    ['measurements', 'all_cost_seconds', Number.POSITIVE_INFINITY, /all_cost_seconds is Infinity/],
    ['measurements', 'measured_seconds', Number.NaN, /measured_seconds is NaN/],
    ['measurements', 'line_form', '[1]', /line_form is \[1\], expected the JSON/],
    [
      'measurements',
      'line_form',
      '["k", "t", ["8"], "", 0, [], "v"]',
      /line_form is .*, expected the JSON/,
    ],
    ['programs', 'program', 5, /row 0: program is 5, expected 1/],
    ['programs', 'structure_hash', 'y', /structure_hash is "y", expected 32 hex digits/],
    ['programs', 'structure_hash', 'a'.repeat(32), /program is 1, expected a row of .* of task/],
    ['tasks', 'kind', 'job', /row 0: kind is "job", expected task or log-task/],
    ['tasks', 'task', new Uint8Array([255, 1]), /task is 2 bytes .*, expected a serialised/],
    ['tasks', 'device', 'other', /device is other, expected one/],
    ['tasks', 'computation_hash', 'z', /computation_hash is "z", expected 32 hex digits or none/],
  ])('should name the field in %s: %s', async (table, field, value, message) => {
    await changeRow(table, { [field]: value });
    await expectError(readAll, Code.DataLoss, message);
  });

  it("should not hold a task's computation hash against today's", async () => {
    await changeRow('tasks', { computation_hash: 'a'.repeat(32), family: 'bygone' });
    expect([...(await readAll()).tasks.values()]).toEqual([task]);
  });

  /** Writes the only row of a table anew, with a card that knows it. */
  async function changeRow(table: TableName, change: Readonly<Record<string, Value>>) {
    const name = `${table}-0001.parquet`;
    const reader = await openParquetFile(at(name), tables[table]);
    const [row] = await reader.readGroup({ firstRow: 0, rowCount: 1 });
    const writer = await createParquetWriter(at(name), tables[table]);
    writer.append({ ...(row as Record<string, Value>), ...change } as never);
    await writer.finish();
    await sign(name, 1);
  }

  async function sign(name: string, rows: number) {
    const found = await describeFile(at(name));
    await changeCard((card) => ({
      ...card,
      files: card.files.map((file) => (file.name === name ? { name, rows, ...found } : file)),
    }));
  }

  async function changeCard(change: (card: DatasetCard) => DatasetCard) {
    const card = JSON.parse(await readFile(at('card.json'), 'utf8')) as DatasetCard;
    await writeFile(at('card.json'), JSON.stringify(change(card)));
  }
});
