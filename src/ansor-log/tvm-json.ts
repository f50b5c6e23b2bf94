/** JSON as dmlc's JSONWriter prints it, which is what TVM's records are made with. */

/** What transform steps are made of. */
export type TvmJson = number | string | readonly TvmJson[];

const ESCAPED = /[\r\n\\\t"]/g;
const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  '\r': '\\r',
  '\n': '\\n',
  '\\': '\\\\',
  '\t': '\\t',
  '"': '\\"',
});

/** `[1, "a", []]`: a space after each comma, numbers as C++ streams print them. */
export function printTvmJson(value: TvmJson): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'string') return printString(value);
  return `[${value.map(printTvmJson).join(', ')}]`;
}

/** Only what a line cannot do without is escaped; the rest stands as it is. */
export function printString(text: string): string {
  return `"${text.replace(ESCAPED, (character) => ESCAPES[character] ?? character)}"`;
}

/** The precision of a C++ stream, in significant digits. */
const STREAM_DIGITS = 6;
const MOST_DIGITS = 17;

/**
 * `%g` with six digits, as a C++ stream prints a double; more digits only where
 * six would read back as another number. So a number that TVM wrote comes out as
 * TVM wrote it, and no other loses anything.
 */
export function printNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10 ** STREAM_DIGITS) return String(value + 0);
  for (let digits = STREAM_DIGITS; digits < MOST_DIGITS; digits++) {
    const text = printG(value, digits);
    if (Number(text) === value) return text;
  }
  return printG(value, MOST_DIGITS);
}

/** An int of C++, which has no exponent. */
export function printInteger(value: number): string {
  return String(Math.trunc(value) + 0);
}

/** C's `%.{digits}g`. */
function printG(value: number, digits: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) {
    return withoutTrailingZeros(value.toFixed(digits - 1 - exponent));
  }
  const sign = exponent < 0 ? '-' : '+';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${withoutTrailingZeros(mantissa)}e${sign}${size}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
