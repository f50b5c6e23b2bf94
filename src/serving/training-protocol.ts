/** What the server and the trainer process say to each other. */
import type { FitProgress, ModelArtifact } from '../predictor';
import type { MeasuredRecord, TargetKind, Task } from '../program';
import type { Reply } from './reply';
import type { TrainingResult } from './training-engine';

/** The trainer process finds it, as JSON, in its first argument. */
export interface TrainerSettings {
  /** Absolute path of a module with `createDefaultRegistry`. */
  readonly registryModule: string;
  /** Set before a predictor is made; native libraries read it. */
  readonly nativeEnvironment: Readonly<Record<string, string>>;
  /** The trainer ends when this process is no longer its parent. */
  readonly parentPid: number;
}

export type TrainingRequestMessage =
  | {
      readonly kind: 'add';
      readonly id: number;
      /** Those that no message before brought. */
      readonly tasks: readonly Task[];
      readonly records: readonly {
        readonly taskId: string;
        readonly record: MeasuredRecord;
        readonly sequence: number;
      }[];
    }
  | {
      readonly kind: 'fit';
      readonly id: number;
      readonly predictor: string;
      readonly seed: number;
      readonly targetKind: TargetKind;
      readonly startFrom: ModelArtifact | undefined;
    };

export type TrainingReply = Reply<TrainingResult | undefined> | { readonly progress: FitProgress };
