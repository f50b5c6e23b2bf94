import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loopNestSchema, loweredSchema } from '../../src/features';
import { magnitudeNames } from '../../src/features/loop-nest-features';

const readme = readFileSync(path.join(__dirname, '../../src/features/README.md'), 'utf8');

/** Rows of the table of a leaf: the cells of each. */
const rows = readme
  .slice(readme.indexOf('## A leaf'), readme.indexOf('## The lowered set'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

/** Names of a first cell: in backticks; `x.0` to `x.4` stands for all between, `access.k` for every slot. */
function namesOf(cell: string): readonly string[] {
  const range = /^`(.+)\.0(\S*)` to `\1\.(\d+)\2`$/.exec(cell);
  const names =
    range === null
      ? [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string)
      : Array.from({ length: Number(range[3]) + 1 }, (_, i) => `${range[1]}.${i}${range[2]}`);
  return names.flatMap((name) =>
    name.startsWith('access.k.')
      ? [0, 1, 2, 3].map((slot) => name.replace('access.k', `access.${slot}`))
      : [name],
  );
}

it('the table of the room tells every feature of a leaf once, and no other', () => {
  const told = rows.flatMap(([names]) => namesOf(names as string));
  expect(told.slice().sort()).toEqual(loopNestSchema.leaf.slice().sort());
});

it('the table says log2 of what the code takes it of', () => {
  const told = rows.flatMap(([names, , transform]) =>
    transform === 'log2' ? namesOf(names as string) : [],
  );
  const interpolated = Array.from({ length: 10 }, (_, point) => `intensity.${point}`);
  expect(told.slice().sort()).toEqual([...magnitudeNames, ...interpolated].sort());
});

it('the table says unit, transform and meaning of each', () => {
  for (const row of rows) {
    expect(row).toHaveLength(4);
    expect(['log2', 'linear', '/ 4', '0/1']).toContain(row[2]);
    expect(row.every((cell) => cell.length > 0)).toBe(true);
  }
});

/** Families of TVM's names stand as `prefix_*` or `prefix.*` of `member`. */
function isLoweredNamed(feature: string): boolean {
  const buffer = /^B[0-4](\..+)$/.exec(feature);
  if (buffer !== null) return readme.includes(`\`${buffer[1]}\``);
  const curve = /^arith_intensity_curve_\d$/.exec(feature);
  if (curve !== null) return readme.includes('`arith_intensity_curve_0` to');
  const family = /^(float|int|vec|unroll|parallel)(_type\.|_)(\w+)$/.exec(feature);
  if (family === null) return readme.includes(`\`${feature}\``);
  const row = readme.split('\n').find((line) => line.includes(`\`${family[1]}${family[2]}*\``));
  return row?.includes(`\`${family[3]}\``) ?? false;
}

it('the table of the lowered set names every feature of a leaf', () => {
  expect(loweredSchema.leaf.length).toBe(167);
  expect(loweredSchema.leaf.filter((feature) => !isLoweredNamed(feature))).toEqual([]);
});
