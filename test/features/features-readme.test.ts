import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loopNestSchema, loweredSchema } from '../../src/features';

const readme = readFileSync(path.join(__dirname, '../../src/features/README.md'), 'utf8');

/** Names in backticks; `x.0` to `x.4` stands for all between, `.name` for one of every access. */
function isNamed(feature: string): boolean {
  const access = /^access\.\d+(\..+)$/.exec(feature);
  if (access !== null) return readme.includes(`\`${access[1]}\``);
  const numbered = /^(tile|level)\.\d+\.(.+)$/.exec(feature);
  if (numbered !== null) return readme.includes(`\`${numbered[1]}.0.${numbered[2]}\` to`);
  return readme.includes(`\`${feature}\``);
}

it('the table of the room names every feature of a leaf', () => {
  expect(loopNestSchema.leaf.length).toBeGreaterThan(100);
  expect(loopNestSchema.leaf.filter((feature) => !isNamed(feature))).toEqual([]);
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
