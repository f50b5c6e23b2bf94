import type { LineSeriesOption, ScatterSeriesOption } from 'echarts';
import { axesOption, emptyOption } from './axes';
import { type ChartSpec, drawablePoints, type Point } from './chart-spec';
import { renderSvg } from './render-svg';

export interface ScatterSpec extends ChartSpec {
  /** A line where x and y are equal. */
  readonly showDiagonal?: boolean | undefined;
  /** Points of all series together; default 2000: more hide each other, and make large files. */
  readonly mostPoints?: number | undefined;
}

const MOST_POINTS = 2000;

/**
 * A dot a point. Of more points than `mostPoints` those at equal distances in each series are
 * drawn. The text of an SVG file.
 */
export function scatterChart(spec: ScatterSpec): string {
  const { mostPoints = MOST_POINTS, showDiagonal = false } = spec;
  const drawable = spec.series.map(({ name, points }) => ({
    name,
    points: drawablePoints(spec, points),
  }));
  const total = drawable.reduce((sum, { points }) => sum + points.length, 0);
  if (total === 0) return renderSvg(spec, emptyOption());
  const share = Math.min(1, mostPoints / total);
  const dots = drawable
    .filter(({ points }) => points.length > 0)
    .map(
      ({ name, points }): ScatterSeriesOption => ({
        type: 'scatter',
        name,
        data: thinned(points, share).map(([x, y]) => [x, y]),
        symbolSize: 4,
        silent: true,
        // All at once: of a part after the other only the first would be in the file.
        progressive: 0,
        itemStyle: { opacity: 0.5 },
      }),
    );
  const names = dots.map(({ name }) => String(name));
  const lines = showDiagonal ? [diagonal(drawable.flatMap(({ points }) => points))] : [];
  return renderSvg(spec, { ...axesOption(spec, names), series: [...dots, ...lines] });
}

/** A share of the points, at equal distances; at least one. */
function thinned(points: readonly Point[], share: number): readonly Point[] {
  const count = Math.max(1, Math.round(points.length * share));
  const step = points.length / count;
  return Array.from({ length: count }, (_, i) => points[Math.floor(i * step)] as Point);
}

function diagonal(points: readonly Point[]): LineSeriesOption {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const [x, y] of points) {
    least = Math.min(least, x, y);
    most = Math.max(most, x, y);
  }
  return {
    type: 'line',
    data: [
      [least, least],
      [most, most],
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { width: 1, type: 'dashed', color: '#333333' },
  };
}
