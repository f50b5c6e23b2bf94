/** Where things lie in the cache: see `benchmarks/accuracy_files.py`, which says the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './jobs';
import { type Manifest, readManifest } from './manifest';
import { type PredictionLine, readPredictions } from './predictions';

export class Workspace {
  readonly #cache: string;
  readonly #manifests = new Map<string, Promise<Manifest>>();
  readonly dataset: string;

  constructor(cache: string, dataset: string) {
    this.#cache = cache;
    this.dataset = dataset;
  }

  /** Of a file of the dataset's own. */
  path(name: string): string {
    return join(this.#cache, this.dataset, name);
  }

  manifestPath(name: string): string {
    return this.path(`jobs/${name}.jsonl.gz`);
  }

  jobPath(job: string, name: string): string {
    return this.path(`jobs/${job}/${name}`);
  }

  isDone({ id, kind, makes }: Job): boolean {
    if (kind === 'choose' && makes !== undefined) return this.hasManifest(makes);
    return this.hasPredictions(id);
  }

  hasManifest(name: string): boolean {
    return existsSync(this.manifestPath(name));
  }

  hasPredictions(job: string): boolean {
    return existsSync(this.predictionsPath(job));
  }

  predictionsPath(job: string): string {
    return this.jobPath(job, 'predictions.jsonl.gz');
  }

  /** Read once: all seeds and arms of a fold share it. */
  manifest(name: string): Promise<Manifest> {
    const known = this.#manifests.get(name);
    if (known !== undefined) return known;
    const read = readManifest(this.manifestPath(name));
    this.#manifests.set(name, read);
    return read;
  }

  predictions(job: string): Promise<ReadonlyMap<number, PredictionLine>> {
    return readPredictions(this.predictionsPath(job));
  }
}
