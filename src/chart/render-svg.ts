import { type EChartsOption, init } from 'echarts';
import type { ChartSpec } from './chart-spec';

const DEFAULT_WIDTH = 720;
const DEFAULT_HEIGHT = 440;

/** Okabe and Ito 2008: told apart by the colour-blind too. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#333333'];

/** One chart as the text of an SVG file; the same chart is the same text. */
export function renderSvg(
  { title, width = DEFAULT_WIDTH, height = DEFAULT_HEIGHT }: ChartSpec,
  option: EChartsOption,
): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      color: COLOURS,
      textStyle: { fontFamily: 'sans-serif' },
      title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } },
      ...option,
    });
    return `${withStableNames(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}

/** Names inside the SVG count all charts and styles of the process: here they count from 0. */
function withStableNames(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/\bzr\d+-[a-z]+-?\d+\b/g, (name) => {
    const known = names.get(name) ?? `chart-${names.size}`;
    names.set(name, known);
    return known;
  });
}
