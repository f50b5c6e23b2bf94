import type { FinishedTrial, Parameter, StudySummary } from '../hyperparameters';
import { formatDuration, formatPercent } from './format-text';
import { textTable } from './text-table';

const SHOWN_TRIALS = 10;

/** The best trials, one a row. */
export function formatTrials({ trials }: StudySummary): string {
  const ordered = [...trials].sort(byValue).slice(0, SHOWN_TRIALS);
  return textTable(
    ['trial', 'objective', 'looks', 'time', 'how it ended'],
    ordered.map(({ number, state, value, looks, seconds }) => [
      number,
      value === undefined ? '-' : value.toPrecision(4),
      looks,
      formatDuration(seconds),
      state === 'complete' ? 'complete' : value === undefined ? 'diverged' : 'stopped early',
    ]),
    ['trial', 'objective', 'looks', 'time'],
  );
}

/** What ran to its end before what was stopped, whose last value says less. */
function byValue(a: FinishedTrial, b: FinishedTrial): number {
  if (a.state !== b.state) return a.state === 'complete' ? -1 : 1;
  const worst = Number.POSITIVE_INFINITY;
  return (a.value ?? worst) - (b.value ?? worst) || a.number - b.number;
}

/** Every parameter, the most important first, with its best value and where that was searched. */
export function formatParameters(
  space: readonly Parameter[],
  { best, importances }: StudySummary,
): string {
  const ordered = [...space].sort(
    (a, b) => (importances[b.name] ?? 0) - (importances[a.name] ?? 0),
  );
  return textTable(
    ['parameter', 'best', 'searched', 'importance'],
    ordered.map((parameter) => [
      parameter.name,
      formatValue(best?.point[parameter.name]),
      searched(parameter),
      formatPercent(importances[parameter.name]),
    ]),
    ['best', 'importance'],
  );
}

function searched(parameter: Parameter): string {
  if (parameter.kind === 'choice') return parameter.choices.join(', ');
  const { low, high, scale } = parameter;
  return `${low} to ${high}${scale === 'logarithmic' ? ', logarithmic' : ''}`;
}

function formatValue(value: number | string | boolean | undefined): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return value === undefined ? '-' : String(value);
}
