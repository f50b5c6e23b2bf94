import {
  type ChartSeries,
  lineChart,
  type Point,
  reliabilityDiagram,
  scatterChart,
} from '../chart';
import type { GroupEvaluation, JudgedEntry } from './evaluation-groups';

export interface EvaluationChart {
  readonly file: string;
  readonly caption: string;
  /** Text of an SVG. */
  readonly svg: string;
}

/** Points of a curve of errors: the same number however many programs there are. */
const CURVE_POINTS = 200;

/** The charts of a report; without a reliability diagram where the model tells no uncertainty. */
export function drawEvaluation(
  members: readonly JudgedEntry[],
  { evaluation }: GroupEvaluation,
): readonly EvaluationChart[] {
  const charts = [
    {
      file: 'predicted-over-measured.svg',
      caption: 'Predicted over measured latency',
      svg: scatterChart({
        title: 'Predicted over measured latency',
        x: { label: 'measured, µs', isLog: true },
        y: { label: 'predicted, µs', isLog: true },
        series: byDevice(members, (judged) =>
          judged.map(
            ({ latencySeconds, predictedSeconds }): Point => [
              latencySeconds * 1e6,
              predictedSeconds * 1e6,
            ],
          ),
        ),
        showDiagonal: true,
      }),
    },
    {
      file: 'errors.svg',
      caption: 'Share of the programs within an error',
      svg: lineChart({
        title: 'Share of the programs within an error',
        x: { label: '|predicted - measured| / measured, %', isLog: true },
        y: { label: 'share of the programs', least: 0, most: 1 },
        series: byDevice(members, errorCurve),
      }),
    },
  ];
  const { calibration } = evaluation;
  if (calibration === null) return charts;
  const points = calibration.reliability.map(({ nominal, observed }): Point => [nominal, observed]);
  const title = 'Reliability of the uncertainty';
  const svg = reliabilityDiagram({ title, points });
  return [...charts, { file: 'reliability.svg', caption: title, svg }];
}

function byDevice(
  members: readonly JudgedEntry[],
  pointsOf: (judged: readonly JudgedEntry['judged'][]) => readonly Point[],
): readonly ChartSeries[] {
  const names = [...new Set(members.map(({ task }) => task.deviceName))].sort();
  return names.map((name) => ({
    name,
    points: pointsOf(
      members.filter(({ task }) => task.deviceName === name).map(({ judged }) => judged),
    ),
  }));
}

/** Errors in percent at equal steps of their rank, with the share of programs up to there. */
function errorCurve(judged: readonly JudgedEntry['judged'][]): readonly Point[] {
  const errors = Float64Array.from(
    judged,
    ({ latencySeconds, predictedSeconds }) =>
      (100 * Math.abs(predictedSeconds - latencySeconds)) / latencySeconds,
  ).sort();
  const count = Math.min(CURVE_POINTS, errors.length);
  return Array.from({ length: count }, (_, i): Point => {
    const rank = Math.ceil(((i + 1) * errors.length) / count);
    return [errors[rank - 1] as number, rank / errors.length];
  });
}
