import type { Point } from './chart-spec';
import { lineChart } from './line-chart';

export interface ReliabilitySpec {
  readonly title: string;
  /** Share that an interval should hold, and the share that it held; both from 0 to 1. */
  readonly points: readonly Point[];
}

/**
 * Observed over nominal coverage, with the diagonal of a right uncertainty: below it a predictor is
 * too sure of itself. The text of an SVG file.
 */
export function reliabilityDiagram({ title, points }: ReliabilitySpec): string {
  const whole: readonly Point[] = [[0, 0], ...points, [1, 1]];
  return lineChart({
    title,
    width: 480,
    height: 480,
    x: { label: 'share that the interval should hold', least: 0, most: 1 },
    y: { label: 'share that it held', least: 0, most: 1 },
    series: [
      { name: 'observed', points: whole },
      {
        name: 'right',
        isDashed: true,
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  });
}
