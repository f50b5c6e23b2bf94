export type { ChartAxis, ChartSeries, ChartSpec, Point } from './chart-spec';
export { lineChart } from './line-chart';
export { type ReliabilitySpec, reliabilityDiagram } from './reliability-diagram';
export { type ScatterSpec, scatterChart } from './scatter-chart';
