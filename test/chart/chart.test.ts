import {
  type ChartSpec,
  lineChart,
  type Point,
  reliabilityDiagram,
  scatterChart,
} from '../../src/chart';

const spec: ChartSpec = {
  title: 'loss of <training> & validation',
  x: { label: 'step' },
  y: { label: 'loss' },
  series: [
    {
      name: 'training',
      points: [
        [0, 4],
        [10, 2],
        [20, 1],
      ],
    },
    {
      name: 'validation',
      points: [
        [0, 5],
        [10, 3],
        [20, 2],
      ],
      isDashed: true,
    },
  ],
};

/** Every number of every path that is drawn without being filled: lines, grid lines, ticks. */
const pathCount = (svg: string): number => svg.match(/<path /g)?.length ?? 0;

describe('lineChart', () => {
  it('should be a whole SVG with title, axes and legend, its texts escaped', () => {
    const svg = lineChart(spec);
    expect(svg).toMatch(/^<svg .*width="720" height="440"/);
    expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
    expect(svg).toContain('loss of &lt;training&gt; &amp; validation');
    for (const text of ['step', 'training', 'validation']) expect(svg).toContain(`>${text}</text>`);
    expect(svg).toContain('#0072B2');
    expect(svg).toContain('#D55E00');
    expect(svg).toContain('stroke-dasharray');
  });

  it('should be the same text each time, whatever was drawn before', () => {
    const first = lineChart(spec);
    scatterChart({ ...spec, title: 'other' });
    expect(lineChart(spec)).toBe(first);
    expect(lineChart({ ...spec, title: 'other' })).not.toBe(first);
  });

  it('should tell logarithmic axes from linear ones', () => {
    const points: readonly Point[] = [
      [1, 1],
      [10, 10],
      [100, 100],
      [1000, 1000],
    ];
    const lines = { ...spec, series: [{ name: 'a', points }] };
    const log = lineChart({
      ...lines,
      x: { label: 'x', isLog: true },
      y: { label: 'y', isLog: true },
    });
    // Marks at powers of ten, which a linear axis to 1000 does not have.
    expect(log).toContain('>10</text>');
    expect(lineChart(lines)).not.toContain('>10</text>');
  });

  it('should leave out what an axis cannot show', () => {
    const sound = { ...spec, y: { label: 'loss', isLog: true } };
    const broken = {
      ...sound,
      series: sound.series.map((one) => ({
        ...one,
        points: [...one.points, [30, 0], [31, -1], [32, Number.NaN], [Number.POSITIVE_INFINITY, 1]],
      })),
    } as ChartSpec;
    expect(lineChart(broken)).toBe(lineChart(sound));
  });

  it('should show a single point, and say that there is nothing', () => {
    const single = lineChart({ ...spec, series: [{ name: 'a', points: [[1, 1]] }] });
    expect(single).toContain('#0072B2');
    const empty = lineChart({ ...spec, series: [{ name: 'a', points: [] }] });
    expect(empty).toContain('no data');
    expect(single).not.toContain('no data');
  });

  it('should have no legend for one line', () => {
    const alone = lineChart({ ...spec, series: spec.series.slice(0, 1) });
    expect(alone).not.toContain('>training</text>');
  });

  it('should keep to the ends of an axis', () => {
    const svg = lineChart({ ...spec, y: { label: 'loss', least: 0, most: 40 } });
    expect(svg).toContain('>40</text>');
    expect(lineChart(spec)).not.toContain('>40</text>');
  });
});

describe('scatterChart', () => {
  const points = Array.from({ length: 500 }, (_, i): Point => [1 + i, 500 - i]);
  const dots = { ...spec, series: [{ name: 'programs', points }] };

  it('should draw every point, or as many as are asked for', () => {
    const all = pathCount(scatterChart(dots));
    const some = pathCount(scatterChart({ ...dots, mostPoints: 100 }));
    expect(all - some).toBe(400);
  });

  it('should draw the diagonal where it is asked for', () => {
    const without = scatterChart(dots);
    const withDiagonal = scatterChart({ ...dots, showDiagonal: true });
    expect(without).not.toContain('stroke-dasharray');
    expect(withDiagonal).toContain('stroke-dasharray');
  });

  it('should say that there is nothing', () => {
    expect(scatterChart({ ...spec, series: [] })).toContain('no data');
  });
});

describe('reliabilityDiagram', () => {
  it('should set what was held against what should be', () => {
    const svg = reliabilityDiagram({ title: 'reliability', points: [[0.5, 0.3]] });
    expect(svg).toContain('width="480" height="480"');
    expect(svg).toContain('stroke-dasharray');
    expect(reliabilityDiagram({ title: 'reliability', points: [[0.5, 0.6]] })).not.toBe(svg);
  });
});
