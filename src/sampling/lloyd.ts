import { squaredDistance } from './points';

export interface LloydLimits {
  readonly mostIterations: number;
  /** Ends when the squared shifts of the centres sum to no more. */
  readonly tolerance: number;
}

/** Clusters of points; k centres of `width` numbers. */
export interface Clusters {
  /** [k, width] */
  readonly centres: Float32Array;
  /** Of each point: the cluster whose centre is nearest. */
  readonly assignment: Int32Array;
  /** Points of each cluster; 0 where there are fewer different points than clusters. */
  readonly sizes: Int32Array;
  /** Sum of the squared distances of the points to their centres. */
  readonly inertia: number;
  readonly iterations: number;
}

/**
 * Lloyd's algorithm (1982) from given centres, with Hamerly's bounds (SDM 2010): a point is not
 * compared with any centre while its own cannot be farther than half the way to the next centre,
 * nor than any other. The bounds save time and change no assignment. A cluster without points
 * starts anew at the point that lies farthest from its centre.
 */
export function lloyd(
  points: Float32Array,
  width: number,
  start: Float32Array,
  { mostIterations, tolerance }: LloydLimits,
): Clusters {
  const run = new LloydRun(points, width, start);
  let iterations = 0;
  for (let isStable = false; !isStable && iterations < mostIterations; iterations++) {
    const changed = run.assign() + run.refill();
    isStable = run.moveCentres() <= tolerance || changed === 0;
  }
  run.assign();
  return { ...run.clusters(), iterations };
}

class LloydRun {
  readonly #points: Float32Array;
  readonly #width: number;
  readonly #k: number;
  readonly #centres: Float32Array;
  readonly #assignment: Int32Array;
  readonly #sizes: Int32Array;
  /** Of each point: no less than the distance to its centre. */
  readonly #upper: Float64Array;
  /** Of each point: no more than the distance to any other centre. */
  readonly #lower: Float64Array;
  /** Of each centre: half the distance to the nearest other one. */
  readonly #halfGaps: Float64Array;

  constructor(points: Float32Array, width: number, start: Float32Array) {
    const count = points.length / width;
    this.#points = points;
    this.#width = width;
    this.#k = start.length / width;
    this.#centres = start.slice();
    this.#assignment = new Int32Array(count).fill(-1);
    this.#sizes = new Int32Array(this.#k);
    this.#upper = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#lower = new Float64Array(count);
    this.#halfGaps = new Float64Array(this.#k);
  }

  /** @returns points that changed clusters */
  assign(): number {
    this.#findGaps();
    let changed = 0;
    for (let i = 0; i < this.#assignment.length; i++) {
      const own = this.#assignment[i] as number;
      if (own >= 0) {
        const bound = Math.max(this.#halfGaps[own] as number, this.#lower[i] as number);
        if ((this.#upper[i] as number) <= bound) continue;
        this.#upper[i] = Math.sqrt(this.#squaredTo(i, own));
        if ((this.#upper[i] as number) <= bound) continue;
      }
      const nearest = this.#findNearest(i);
      if (nearest === own) continue;
      this.#put(i, nearest);
      changed++;
    }
    return changed;
  }

  /** Gives each empty cluster the point that is farthest from its centre; @returns how many. */
  refill(): number {
    let refilled = 0;
    for (let cluster = 0; cluster < this.#k; cluster++) {
      if ((this.#sizes[cluster] as number) > 0) continue;
      const far = this.#findFarthest();
      // The points there are lie on centres already.
      if (far === undefined) return refilled;
      this.#put(far, cluster);
      this.#upper[far] = Number.POSITIVE_INFINITY;
      this.#lower[far] = 0;
      refilled++;
    }
    return refilled;
  }

  /** Each centre to the mean of its points; @returns the sum of the squared shifts. */
  moveCentres(): number {
    const width = this.#width;
    const before = this.#centres.slice();
    const sums = new Float64Array(this.#k * width);
    this.#assignment.forEach((cluster, i) => {
      for (let c = 0; c < width; c++) {
        const at = cluster * width + c;
        sums[at] = (sums[at] as number) + (this.#points[i * width + c] as number);
      }
    });
    for (let at = 0; at < sums.length; at++) {
      const size = this.#sizes[Math.floor(at / width)] as number;
      if (size > 0) this.#centres[at] = (sums[at] as number) / size;
    }
    const shifts = Float64Array.from(this.#sizes, (_, cluster) =>
      squaredDistance(before, cluster, this.#centres, cluster, width),
    );
    this.#loosen(shifts.map(Math.sqrt));
    return shifts.reduce((sum, shift) => sum + shift, 0);
  }

  clusters(): Omit<Clusters, 'iterations'> {
    let inertia = 0;
    this.#assignment.forEach((cluster, i) => {
      inertia += this.#squaredTo(i, cluster);
    });
    return {
      centres: this.#centres,
      assignment: this.#assignment,
      sizes: this.#sizes,
      inertia,
    };
  }

  #squaredTo(point: number, centre: number, limit?: number): number {
    return squaredDistance(this.#points, point, this.#centres, centre, this.#width, limit);
  }

  #put(point: number, cluster: number): void {
    const own = this.#assignment[point] as number;
    if (own >= 0) this.#sizes[own] = (this.#sizes[own] as number) - 1;
    this.#sizes[cluster] = (this.#sizes[cluster] as number) + 1;
    this.#assignment[point] = cluster;
  }

  /** Looks at all centres, the lowest number first among equals, and makes the bounds tight. */
  #findNearest(point: number): number {
    let nearest = 0;
    let first = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let cluster = 0; cluster < this.#k; cluster++) {
      const squared = this.#squaredTo(point, cluster, second);
      if (squared < first) {
        second = first;
        first = squared;
        nearest = cluster;
      } else if (squared < second) second = squared;
    }
    this.#upper[point] = Math.sqrt(first);
    this.#lower[point] = Math.sqrt(second);
    return nearest;
  }

  #findFarthest(): number | undefined {
    let farthest: number | undefined;
    let most = 0;
    this.#assignment.forEach((cluster, i) => {
      if ((this.#sizes[cluster] as number) < 2) return;
      const squared = this.#squaredTo(i, cluster);
      if (squared <= most) return;
      most = squared;
      farthest = i;
    });
    return farthest;
  }

  #findGaps(): void {
    const squares = new Float64Array(this.#k).fill(Number.POSITIVE_INFINITY);
    for (let a = 0; a < this.#k; a++) {
      for (let b = 0; b < a; b++) {
        const squared = squaredDistance(this.#centres, a, this.#centres, b, this.#width);
        squares[a] = Math.min(squares[a] as number, squared);
        squares[b] = Math.min(squares[b] as number, squared);
      }
    }
    squares.forEach((squared, cluster) => {
      this.#halfGaps[cluster] = Math.sqrt(squared) / 2;
    });
  }

  /** Centres have moved by so much: what was certain of points is less so. */
  #loosen(shifts: Float64Array): void {
    let farthest = 0;
    let secondMost = 0;
    shifts.forEach((shift, cluster) => {
      if (shift > (shifts[farthest] as number)) farthest = cluster;
    });
    shifts.forEach((shift, cluster) => {
      if (cluster !== farthest) secondMost = Math.max(secondMost, shift);
    });
    this.#assignment.forEach((cluster, i) => {
      const others = cluster === farthest ? secondMost : (shifts[farthest] as number);
      this.#upper[i] = (this.#upper[i] as number) + (shifts[cluster] as number);
      this.#lower[i] = (this.#lower[i] as number) - others;
    });
  }
}
