import { join } from 'node:path';
import { createParquetWriter, openParquetFile } from '../../src/dataset/parquet-file';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const columns = {
  name: 'text',
  blob: 'bytes',
  count: 'int32',
  value: 'double',
  list: 'doubles',
} as const;

function rowOf(index: number) {
  return {
    name: index % 7 === 0 ? '' : `name ${index % 40} äöü`,
    blob: new Uint8Array(index % 3).fill(index),
    count: index % 2 === 0 ? index : -index,
    value: index === 3 ? -0 : 1 / (index + 1),
    list: Array.from({ length: index % 5 }, (_, at) => Math.sqrt(index + at)),
  };
}

describe('Parquet files', () => {
  const folder = useTemporaryFolder();
  const path = () => join(folder.path, 'table.parquet');

  async function write(count: number) {
    const writer = await createParquetWriter(path(), columns);
    for (let index = 0; index < count; index++) writer.append(rowOf(index));
    await writer.finish();
    return writer;
  }

  it('should give rows back equal, a group at a time', async () => {
    const count = 5000;
    expect((await write(count)).rowCount).toBe(count);
    const reader = await openParquetFile(path(), columns);
    expect(reader.groups.map((group) => group.rowCount)).toEqual([2048, 2048, 904]);
    let next = 0;
    for (const group of reader.groups) {
      expect(group.firstRow).toBe(next);
      for (const row of await reader.readGroup(group)) {
        expect({ ...row, blob: [...(row.blob as Uint8Array)] }).toEqual({
          ...rowOf(next),
          blob: [...rowOf(next).blob],
        });
        next += 1;
      }
    }
    expect(next).toBe(count);
  });

  it('should end a group where its rows are large', async () => {
    const writer = await createParquetWriter(path(), columns);
    const blob = new Uint8Array(3 * 1024 * 1024);
    for (let index = 0; index < 4; index++) writer.append({ ...rowOf(index), blob });
    await writer.finish();
    const { groups } = await openParquetFile(path(), columns);
    expect(groups.map((group) => group.rowCount)).toEqual([3, 1]);
  });

  it('should refuse a file of other columns', async () => {
    await write(1);
    const { list: _, ...fewer } = columns;
    await expectError(() => openParquetFile(path(), fewer), Code.DataLoss, /its columns are/);
    await expectError(
      () => openParquetFile(path(), { ...columns, value: 'int32' }),
      Code.DataLoss,
      /value:DOUBLE.*expected.*value:INT32/,
    );
  });
});
