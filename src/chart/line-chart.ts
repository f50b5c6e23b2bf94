import type { LineSeriesOption } from 'echarts';
import { axesOption, emptyOption } from './axes';
import { type ChartSpec, drawablePoints } from './chart-spec';
import { renderSvg } from './render-svg';

/** A line a series, through its points in the order in which they are given. The text of an SVG file. */
export function lineChart(spec: ChartSpec): string {
  const series = spec.series.flatMap(({ name, points, isDashed = false }): LineSeriesOption[] => {
    const drawable = drawablePoints(spec, points);
    if (drawable.length === 0) return [];
    return [
      {
        type: 'line',
        name,
        data: drawable.map(([x, y]) => [x, y]),
        // A line of one point would not be seen.
        showSymbol: drawable.length === 1,
        silent: true,
        lineStyle: { width: 2, type: isDashed ? 'dashed' : 'solid' },
      },
    ];
  });
  if (series.length === 0) return renderSvg(spec, emptyOption());
  const names = series.map(({ name }) => String(name));
  return renderSvg(spec, { ...axesOption(spec, names), series });
}
