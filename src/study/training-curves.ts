import { lineChart, type Point } from '../chart';
import type { TrainingPoint } from '../training';

/** Loss and validation over the steps: the text of an SVG file. */
export function trainingCurves(history: readonly TrainingPoint[]): string {
  const looks = history.filter(({ validation }) => validation !== undefined);
  const curve = (
    name: string,
    points: readonly TrainingPoint[],
    read: (point: TrainingPoint) => number | undefined,
  ) => ({
    name,
    points: points.map((point): Point => [point.step, read(point) ?? Number.NaN]),
  });
  return lineChart({
    title: 'training',
    x: { label: 'step' },
    y: { label: 'loss; errors and wrong pairs as shares', isLog: true },
    series: [
      curve('training loss', history, ({ loss }) => loss),
      curve('validation loss', looks, ({ validation }) => validation?.loss),
      curve('validation MAPE', looks, ({ validation }) =>
        validation?.mapePercent === undefined ? undefined : validation.mapePercent / 100,
      ),
      curve('validation pairs in wrong order', looks, ({ validation }) =>
        validation?.pairwiseAccuracy === undefined ? undefined : 1 - validation.pairwiseAccuracy,
      ),
    ],
  });
}
