import type { EChartsOption } from 'echarts';
import type { ChartAxis, ChartSpec } from './chart-spec';

/** Space around the plot in pixels: for title and legend, axis labels and names. */
const GRID = { left: 72, right: 32, top: 72, bottom: 56 };

/** Axes, grid and, where there is something to tell apart, the legend. */
export function axesOption(spec: ChartSpec, names: readonly string[]): EChartsOption {
  return {
    grid: GRID,
    legend: { show: names.length > 1, data: [...names], top: 36 },
    xAxis: axis(spec.x, 32),
    yAxis: axis(spec.y, 52),
  };
}

/** What is said instead of a chart that has nothing to show. */
export function emptyOption(): EChartsOption {
  return { graphic: { type: 'text', left: 'center', top: 'middle', style: { text: 'no data' } } };
}

function axis({ label, isLog = false, least, most }: ChartAxis, nameGap: number) {
  return {
    type: isLog ? ('log' as const) : ('value' as const),
    name: label,
    nameLocation: 'middle' as const,
    nameGap,
    // From the data, not from 0: curves of a loss would lie flat at the top.
    scale: true,
    splitLine: { lineStyle: { color: '#e6e6e6' } },
    ...(least === undefined ? {} : { min: least }),
    ...(most === undefined ? {} : { max: most }),
  };
}
