import { z } from 'zod';
import { invalidArgument } from '../errors';

/** How one option is given: a flag, or else a variable of the environment. */
export interface OptionSpec {
  /** As the validated options call it. */
  readonly name: string;
  /** As `--help` shows it: `--data-dir <folder>`, or `--frozen` where it is on or off. */
  readonly flag: string;
  /** Absent where a variable would make no sense: what is asked of one command alone. */
  readonly environment?: string;
  /** True: may be given several times. */
  readonly isList?: boolean;
  /** What it does, with unit, bounds, default and its reason. */
  readonly description: string;
}

/** Values as they were given; a switch is `true` or a text such as `1`. */
export type GivenOptions = Readonly<
  Record<string, string | boolean | readonly string[] | undefined>
>;

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What each option was given as: its flag, else its variable; an empty variable is not given. */
export function gatherOptions(
  specs: readonly OptionSpec[],
  flags: GivenOptions,
  environment: Environment,
): GivenOptions {
  return Object.fromEntries(
    specs.map(({ name, environment: variable }) => [
      name,
      flags[name] ?? ((variable && environment[variable]) || undefined),
    ]),
  );
}

/** Parses by `schema`; INVALID_ARGUMENT names the first wrong option by its flag, with value and bound. */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  specs: readonly OptionSpec[],
  given: GivenOptions,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  const name = String(issue.path[0] ?? '');
  const flag = specs.find((spec) => spec.name === name)?.flag.split(' ')[0] ?? name;
  throw invalidArgument(`${flag} is ${JSON.stringify(given[name])}; ${issue.message}`);
}

/** An integer in decimal digits from `least` to `most`. */
export function integerOption(least: number, most: number, byDefault: number) {
  const error = `it must be an integer from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error })
    .default(byDefault);
}

/** A flag without a value, or a variable set to 1, true, 0 or false. */
export function switchOption() {
  const error = 'it must be 1, true, 0 or false';
  return z
    .union([z.boolean(), z.enum(['1', 'true', '0', 'false'])], { error })
    .transform((value) => value === true || value === '1' || value === 'true')
    .default(false);
}

export function textOption() {
  return z.string().min(1, { error: 'it must not be empty' });
}

/** Texts of an option that may be given several times. */
export function listOption() {
  return z.array(textOption()).default([]);
}

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * A time in seconds since 1970: a date (`2026-11-21`, with or without a time of day), or how long
 * ago (`30d`, `12h`). Without an offset it is UTC, as all that is shown.
 */
export function timeOption(nowSeconds: number) {
  const error =
    'it must be a date such as 2026-11-21, or how long ago, such as 30d or 12h, or a date and a time in UTC such as 2026-11-21T10:00';
  return textOption().transform((text, context) => {
    const [, count, unit] = /^(\d{1,6})([dh])$/.exec(text) ?? [];
    if (count !== undefined) {
      return nowSeconds - Number(count) * (unit === 'd' ? DAY_SECONDS : HOUR_SECONDS);
    }
    const [, date, time = '00:00', offset = 'Z'] = DATE.exec(text) ?? [];
    const milliseconds = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${offset}`);
    if (Number.isFinite(milliseconds)) return milliseconds / 1000;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}
