import type { TaskEvaluation } from '../metrics';
import type { GroupEvaluation, GroupFigures } from './evaluation-groups';
import type { WorstTask } from './worst-tasks';

export const EVALUATION_FORMAT = 'cdmpp-evaluation/1';

/** A task's figures with what it is. */
export interface ReportedTask extends TaskEvaluation {
  readonly computation: string;
  readonly family: string;
  readonly deviceName: string;
  readonly networks: readonly string[];
  readonly workloadKey: string;
}

/** All that an evaluation found: the content of `evaluation.json`. */
export interface EvaluationReport {
  readonly format: typeof EVALUATION_FORMAT;
  readonly model: {
    readonly predictor: string;
    /** Examples that it was trained on. */
    readonly trainedOn: number;
    readonly weightsSha256: string;
  };
  readonly data: {
    /** How the programs were chosen. */
    readonly split: string;
    /** Programs that can be read, judged or not. */
    readonly programs: number;
    /** Records that give no label, by reason. */
    readonly refused: Readonly<Record<string, number>>;
  };
  /** Of the intervals. */
  readonly seed: number;
  readonly overall: GroupEvaluation;
  /** Of the analytical estimate in the model's place, overall. */
  readonly estimate: GroupFigures;
  readonly byDevice: readonly GroupEvaluation[];
  readonly byFamily: readonly GroupEvaluation[];
  /** A program is in each of its networks. */
  readonly byNetwork: readonly GroupEvaluation[];
  readonly tasks: readonly ReportedTask[];
  readonly worst: readonly WorstTask[];
}
