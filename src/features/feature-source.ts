import type { Task } from '../program';
import { deviceVector } from './device-vector';
import { createFeatureExtractor, type FeatureExtractor, loopNestSchema } from './feature-extractor';
import type { FeatureSchema } from './feature-schema';
import { createLoweredExtractor, loweredSchema } from './lowered-features';
import { referenceLatencySeconds } from './reference-latency';

/** Where a learned predictor gets its numbers from: a room's functions, or a test's. */
export interface FeatureSource {
  readonly featureSet: 'loop-nest' | 'lowered';
  readonly schema: FeatureSchema;
  createExtractor(task: Task): FeatureExtractor;
  /** [schema.device.length] */
  deviceVector(task: Task): Float32Array;
  /** Lower bound of any program of the task; seconds, positive. */
  referenceSeconds(task: Task): number;
}

/** Features read off the printed loop nest, without lowering. */
export const loopNestSource: FeatureSource = Object.freeze({
  featureSet: 'loop-nest',
  schema: loopNestSchema,
  createExtractor: createFeatureExtractor,
  deviceVector,
  referenceSeconds: referenceLatencySeconds,
});

/** TVM's features of the lowered program, which the client extracts and sends: slow by nature. */
export const loweredSource: FeatureSource = Object.freeze({
  featureSet: 'lowered',
  schema: loweredSchema,
  createExtractor: createLoweredExtractor,
  deviceVector,
  referenceSeconds: referenceLatencySeconds,
});

/** A task's extractor with what is the same for all of its programs. */
export interface TaskFeatures {
  readonly extractor: FeatureExtractor;
  readonly device: Float32Array;
  readonly deviceName: string;
  /** ln of the seconds that no program of the task is faster than. */
  readonly logReference: number;
}

/**
 * The extractors of the tasks last asked for: making one parses the task, and a
 * search asks for the same few tasks thousands of times.
 */
export class TaskFeaturesCache {
  readonly #source: FeatureSource;
  readonly #capacity: number;
  readonly #byTask = new Map<string, TaskFeatures>();

  constructor(source: FeatureSource, capacity: number) {
    this.#source = source;
    this.#capacity = capacity;
  }

  get(task: Task): TaskFeatures {
    const held = this.#byTask.get(task.id);
    // Re-inserted, so that the map's order is the order of last use.
    if (held !== undefined) this.#byTask.delete(task.id);
    const features = held ?? {
      extractor: this.#source.createExtractor(task),
      device: this.#source.deviceVector(task),
      deviceName: task.device.name,
      logReference: Math.log(this.#source.referenceSeconds(task)),
    };
    this.#byTask.set(task.id, features);
    if (this.#byTask.size > this.#capacity) {
      this.#byTask.delete(this.#byTask.keys().next().value as string);
    }
    return features;
  }

  clear(): void {
    this.#byTask.clear();
  }
}
