/** What TVM's lowering says of the fixtures' programs; made by `make_lowered_fixtures.py`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { decodeLoweredRows } from '../../src/program';
import { type Fixture, loadFixture } from './fixtures';

const folder = path.join(__dirname, 'fixtures', 'lowered');

function read(name: string) {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
}

/** `get_per_store_feature_names` of TVM. */
export const namesOfTvm: readonly string[] = read('names');

/** The fixture, each program with its rows, in the order in which TVM gave them. */
export function loadLoweredFixture(name: string): Fixture {
  const fixture = loadFixture(name);
  const rows = read(name) as { programs: string[]; records: string[] };
  return {
    ...fixture,
    programs: fixture.programs.map((program, i) => ({
      ...program,
      loweredFeatures: unpack(rows.programs[i] as string),
    })),
    records: fixture.records.map((each, i) => ({
      ...each,
      record: {
        ...each.record,
        program: { ...each.record.program, loweredFeatures: unpack(rows.records[i] as string) },
      },
    })),
  };
}

function unpack(packed: string): Float32Array {
  const bytes = packed === '' ? new Uint8Array() : inflateSync(Buffer.from(packed, 'base64'));
  return decodeLoweredRows('fixture', bytes);
}
