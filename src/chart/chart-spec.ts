/** What a chart shows, in words of the reader and not of the library that draws it. */

export type Point = readonly [x: number, y: number];

export interface ChartAxis {
  /** With the unit. */
  readonly label: string;
  /** Logarithmic; points at 0 or below are left out then. */
  readonly isLog?: boolean | undefined;
  /** Ends of the axis; default: what the points need. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

export interface ChartSeries {
  /** In the legend. */
  readonly name: string;
  /** Points that are not finite are left out. */
  readonly points: readonly Point[];
  readonly isDashed?: boolean | undefined;
}

export interface ChartSpec {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
  /** Pixels; default 720. */
  readonly width?: number | undefined;
  /** Pixels; default 440. */
  readonly height?: number | undefined;
}

/** The points of a series that its axes can show. */
export function drawablePoints({ x, y }: ChartSpec, points: readonly Point[]): Point[] {
  return points.filter(([atX, atY]) => isDrawable(x, atX) && isDrawable(y, atY));
}

function isDrawable({ isLog = false }: ChartAxis, value: number): boolean {
  return Number.isFinite(value) && (!isLog || value > 0);
}
