import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loopNestSchema } from '../../src/features';

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
