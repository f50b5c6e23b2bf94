/**
 * erf(x) for x of at least 0, within 1.5e-7 (Abramowitz and Stegun 1964, formula 7.1.26). The share
 * of a normal variable within z deviations of its mean is erf(z / √2).
 */
export function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.max(0, 1 - series * Math.exp(-x * x));
}
