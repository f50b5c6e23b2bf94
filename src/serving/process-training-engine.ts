import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../base';
import { Code, PredictorError } from '../errors';
import type { FitProgress, TaskRecord } from '../predictor';
import type { Task } from '../program';
import { compiledPath } from './compiled-path';
import { PendingReplies } from './reply';
import type { TrainingEngine, TrainingRequest, TrainingResult } from './training-engine';
import type { TrainerSettings, TrainingReply, TrainingRequestMessage } from './training-protocol';

export interface ProcessTrainingEngineOptions {
  /** Absolute path of a module with `createDefaultRegistry`. */
  readonly registryModule: string;
  readonly nativeEnvironment: Readonly<Record<string, string>>;
  readonly log: Log;
}

/**
 * Training in a child process of lower priority: it takes the cores that
 * inference leaves, and neither a crash nor its memory touches the server. The
 * process starts with the first `add` or `fit`, and ends with `dispose` or, at
 * the latest, a second after the server itself.
 */
export class ProcessTrainingEngine implements TrainingEngine {
  readonly #options: ProcessTrainingEngineOptions;
  readonly #replies = new PendingReplies<TrainingResult | undefined>();
  readonly #taskIds = new Set<string>();
  #child: ChildProcess | undefined;
  #heldThrough = 0;
  #onProgress: ((progress: FitProgress) => void) | undefined;
  #disposed = false;

  constructor(options: ProcessTrainingEngineOptions) {
    this.#options = Object.freeze({ ...options });
  }

  get heldThrough(): number {
    return this.#heldThrough;
  }

  /** Of the trainer, where it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async add(records: readonly TaskRecord[]): Promise<void> {
    const fresh = records.filter((record) => record.sequence > this.#heldThrough);
    const last = fresh.at(-1);
    if (last === undefined) return;
    const tasks = new Map<string, Task>();
    for (const { task } of fresh) if (!this.#taskIds.has(task.id)) tasks.set(task.id, task);
    await this.#request((id) => ({
      kind: 'add',
      id,
      tasks: [...tasks.values()],
      records: fresh.map(({ task, record, sequence }) => ({ taskId: task.id, record, sequence })),
    }));
    for (const taskId of tasks.keys()) this.#taskIds.add(taskId);
    this.#heldThrough = last.sequence;
  }

  async fit({ onProgress, ...request }: TrainingRequest): Promise<TrainingResult> {
    this.#onProgress = onProgress;
    const result = await this.#request((id) => ({ kind: 'fit', id, ...request }));
    return result as TrainingResult;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  #request(create: (id: number) => TrainingRequestMessage): Promise<TrainingResult | undefined> {
    if (this.#disposed) {
      return Promise.reject(new PredictorError(Code.Unavailable, 'the training engine is closed'));
    }
    this.#child ??= this.#start();
    const child = this.#child;
    return this.#replies.request((id) => {
      // What cannot be sent ends the process or finds it ended: 'exit' answers then.
      child.send(create(id), (error) => {
        if (error !== null) child.kill('SIGKILL');
      });
    });
  }

  #start(): ChildProcess {
    const { registryModule, nativeEnvironment, log } = this.#options;
    const settings: TrainerSettings = {
      registryModule,
      nativeEnvironment,
      parentPid: process.pid,
    };
    const child = fork(compiledPath('serving/trainer-process'), [JSON.stringify(settings)], {
      serialization: 'advanced',
      execArgv: [],
      // The server's standard output is its own; complaints go where its own go.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message: TrainingReply) => {
      if ('progress' in message) this.#onProgress?.(message.progress);
      else this.#replies.settle(message);
    });
    child.on('error', (error) => {
      log.error('trainer:error', { reason: error.message });
      // Without a process there is no exit to wait for.
      if (child.pid === undefined) this.#forget(`no trainer process: ${error.message}`);
    });
    child.on('exit', (exitCode, signal) => {
      if (!this.#disposed) log.error('trainer:exited', { exitCode, signal });
      this.#forget(`the trainer process ended: ${signal ?? `exit code ${exitCode}`}`);
    });
    log.debug('trainer:started', { pid: child.pid });
    return child;
  }

  #forget(reason: string): void {
    this.#child = undefined;
    this.#heldThrough = 0;
    this.#taskIds.clear();
    this.#replies.failAll(new PredictorError(Code.Unavailable, reason));
  }
}
