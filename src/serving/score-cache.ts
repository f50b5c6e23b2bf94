import type { Prediction } from '../predictor';
import type { ProgramSource } from '../program';
import type { Lane } from './batcher';

/** Programs of one task under one version. */
export interface ScoreLane extends Lane {
  /** Of the version. */
  readonly modelKey: string;
}

/** Scores what the cache does not hold: one answer for each program, in order. */
type Score = (programs: readonly ProgramSource[]) => Promise<readonly Prediction[]>;

export interface CachedAnswer {
  readonly predictions: readonly Prediction[];
  /** How many of them were not computed for this call: held, or of a program that it has twice. */
  readonly cached: number;
}

/** A program to be scored, and the places of the call that its answer goes to. */
interface Missing {
  readonly program: ProgramSource;
  /** Undefined: not to be held. */
  readonly key: string | undefined;
  readonly places: number[];
}

interface CachedLane {
  readonly modelKey: string;
  /** By the program's texts, the least recently used first. */
  readonly scores: Map<string, Prediction>;
}

/** What an entry takes beside its texts: slot, string header and prediction. */
const ENTRY_BYTES = 200;

/**
 * The predictions of programs seen before, by lane (model version and task) and
 * by the exact texts of the program. A version's answer to a program never
 * changes, so that what is held is what would be computed, bit for bit; programs
 * that cannot be read or built are held as such.
 *
 * Bounds: `maxBytes` of texts (a byte a character) and entries. Beyond it the
 * least recently used programs of the least recently used lane go. Programs
 * with lowered features are not held: those are no text.
 */
export class ScoreCache {
  readonly #maxBytes: number;
  /** The least recently used first. */
  readonly #lanes = new Map<string, CachedLane>();
  #bytes = 0;

  /** @param maxBytes 0: nothing is held, and every program is scored. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held, as they are counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Scores what is not held, each program once, and holds it. Fails as `score` does. */
  async answer(
    lane: ScoreLane,
    programs: readonly ProgramSource[],
    score: Score,
  ): Promise<CachedAnswer> {
    if (this.#maxBytes === 0) return { predictions: await score(programs), cached: 0 };
    const predictions = new Array<Prediction>(programs.length);
    const missing = this.#fill(lane, programs, predictions);
    if (missing.length > 0) {
      const scored = await score(missing.map(({ program }) => program));
      missing.forEach(({ key, places }, i) => {
        const prediction = scored[i] as Prediction;
        for (const place of places) predictions[place] = prediction;
        if (key !== undefined) this.#hold(lane, key, prediction);
      });
      this.#shrink();
    }
    return { predictions, cached: programs.length - missing.length };
  }

  /** Drops what a version has answered; it is to be unloaded. */
  forget(modelKey: string): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.modelKey !== modelKey) continue;
      for (const [text, prediction] of lane.scores) this.#bytes -= bytesOf(text, prediction);
      this.#lanes.delete(key);
    }
  }

  /** Writes what is held into `predictions`; returns what is not. */
  #fill(lane: ScoreLane, programs: readonly ProgramSource[], predictions: Prediction[]): Missing[] {
    const scores = this.#use(lane)?.scores;
    const missing: Missing[] = [];
    const byKey = new Map<string, Missing>();
    programs.forEach((program, place) => {
      const key = keyOf(program);
      const held = key === undefined ? undefined : take(scores, key);
      const twin = key === undefined ? undefined : byKey.get(key);
      if (held !== undefined) {
        predictions[place] = held;
      } else if (twin !== undefined) {
        twin.places.push(place);
      } else {
        const one = { program, key, places: [place] };
        missing.push(one);
        if (key !== undefined) byKey.set(key, one);
      }
    });
    return missing;
  }

  /** The lane, which then is the last used; undefined where nothing of it is held. */
  #use({ key }: ScoreLane): CachedLane | undefined {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return undefined;
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    return lane;
  }

  #hold({ key: laneKey, modelKey }: ScoreLane, key: string, prediction: Prediction): void {
    let lane = this.#lanes.get(laneKey);
    if (lane === undefined) {
      lane = { modelKey, scores: new Map() };
      this.#lanes.set(laneKey, lane);
    }
    const before = lane.scores.get(key);
    if (before !== undefined) this.#bytes -= bytesOf(key, before);
    lane.scores.set(key, prediction);
    this.#bytes += bytesOf(key, prediction);
  }

  #shrink(): void {
    for (const [laneKey, { scores }] of this.#lanes) {
      for (const [key, prediction] of scores) {
        if (this.#bytes <= this.#maxBytes) return;
        scores.delete(key);
        this.#bytes -= bytesOf(key, prediction);
      }
      this.#lanes.delete(laneKey);
    }
  }
}

/** The prediction under a key, which then is the last used. */
function take(scores: Map<string, Prediction> | undefined, key: string): Prediction | undefined {
  const held = scores?.get(key);
  if (scores === undefined || held === undefined) return undefined;
  scores.delete(key);
  scores.set(key, held);
  return held;
}

/** The length keeps two pairs of texts apart that are one text when joined. */
function keyOf({ loopNest, transformSteps, loweredFeatures }: ProgramSource): string | undefined {
  if (loweredFeatures !== undefined) return undefined;
  return `${transformSteps.length} ${transformSteps}${loopNest}`;
}

function bytesOf(key: string, prediction: Prediction): number {
  return ENTRY_BYTES + key.length + (prediction.ok ? 0 : prediction.reason.length);
}
