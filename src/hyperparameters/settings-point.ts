import { internalError } from '../errors';
import type { Parameter, ParameterValue, Point } from './parameter';

type Fields = { [name: string]: unknown };

/**
 * A copy of `settings` with the values of a point in the places that the parameters name; the
 * reader of settings checks it.
 */
export function settingsAt(settings: object, space: readonly Parameter[], point: Point): unknown {
  const copy = structuredClone(settings);
  for (const { name } of space) {
    const { holder, field } = placeOf(copy, name);
    if (!(name in point)) throw internalError(`the point has no ${name}`);
    holder[field] = point[name];
  }
  return copy;
}

/** What `settings` have in the places of the parameters: the point that the search begins from. */
export function pointOf(settings: object, space: readonly Parameter[]): Point {
  return Object.fromEntries(
    space.map(({ name }) => {
      const { holder, field } = placeOf(settings, name);
      return [name, holder[field] as ParameterValue];
    }),
  );
}

/** Settings and space are both ours: a name that leads nowhere is a mistake in one of them. */
function placeOf(settings: object, name: string): { holder: Fields; field: string } {
  const path = name.split('.');
  const field = path.pop() as string;
  let holder = settings as Fields;
  for (const step of path) {
    const next = holder[step];
    if (typeof next !== 'object' || next === null) throw internalError(`no setting is ${name}`);
    holder = next as Fields;
  }
  if (!(field in holder)) throw internalError(`no setting is ${name}`);
  return { holder, field };
}
