import { Code, PredictorError } from '../../src/errors';
import type { TaskRecord } from '../../src/predictor';
import type { TargetKind } from '../../src/program';
import type {
  TrainingEngine,
  TrainingRequest,
  TrainingResult,
} from '../../src/serving/training-engine';
import { TrainingHost } from '../../src/serving/training-host';
import { inlineFakes } from './fake-models';

/** A training engine of fakes whose trainings wait until the test has them done. */
export class PuppetTrainingEngine implements TrainingEngine {
  /** Every record that was given to it, with those of lost processes. */
  readonly added: number[] = [];
  #host = new TrainingHost(inlineFakes().registry);
  #waiting:
    | {
        readonly request: TrainingRequest;
        readonly resolve: (result: TrainingResult | Promise<TrainingResult>) => void;
        readonly reject: (error: unknown) => void;
      }
    | undefined;

  get heldThrough(): number {
    return this.#host.heldThrough;
  }

  get isTraining(): boolean {
    return this.#waiting !== undefined;
  }

  /** Of the training that waits. */
  get targetKind(): TargetKind | undefined {
    return this.#waiting?.request.targetKind;
  }

  async add(records: readonly TaskRecord[]): Promise<void> {
    this.added.push(...records.map((record) => record.sequence));
    this.#host.add(records);
  }

  fit(request: TrainingRequest): Promise<TrainingResult> {
    if (this.#waiting !== undefined) throw new Error('a second training at the same time');
    return new Promise((resolve, reject) => {
      this.#waiting = { request, resolve, reject };
    });
  }

  /** Lets the training that waits go through. */
  finish(): void {
    const { request, resolve } = this.#take();
    resolve(this.#host.fit(request));
  }

  /** What the loss of its process looks like. */
  crash(): void {
    const { reject } = this.#take();
    this.#host = new TrainingHost(inlineFakes().registry);
    reject(new PredictorError(Code.Unavailable, 'the trainer process ended'));
  }

  async dispose(): Promise<void> {
    if (this.#waiting !== undefined) this.crash();
  }

  #take() {
    const waiting = this.#waiting;
    if (waiting === undefined) throw new Error('no training waits');
    this.#waiting = undefined;
    return waiting;
  }
}
