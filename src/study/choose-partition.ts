import type { SplitChoice } from '../config';
import {
  BY_SAMPLE_SHARES,
  type Corpus,
  type Partition,
  partitionBySample,
  partitionBySplit,
} from '../corpus';
import { Code, PredictorError } from '../errors';
import { loadSplit } from '../splits';

export interface ChosenPartition {
  readonly partition: Partition;
  /** For people: how programs were parted. */
  readonly description: string;
}

/**
 * The sides that a command was asked for. Where nothing is to be parted all programs are on the
 * training side. NOT_FOUND where the file, or the split in it, is not there.
 */
export async function choosePartition(
  corpus: Corpus,
  choice: SplitChoice,
): Promise<ChosenPartition> {
  if (choice.kind === 'by-sample') {
    const { seed } = choice;
    return {
      partition: partitionBySample(corpus, { seed, ...BY_SAMPLE_SHARES }),
      description: `by sample, seed ${seed}: tested programs are of tasks that are trained on`,
    };
  }
  if (choice.kind === 'all') {
    const train = corpus.entries.map((_, index) => index);
    const partition = { train, validation: [], test: [], adaptation: [] };
    return { partition, description: 'all programs together' };
  }
  const { kind, seed, description, splits } = await loadSplit(choice.file);
  const split = splits.find((one) => one.name === choice.fold);
  if (split === undefined) {
    const names = splits.map((one) => one.name).join(', ');
    throw new PredictorError(
      Code.NotFound,
      `--fold "${choice.fold}" is not in "${choice.file}"; it has ${names}`,
    );
  }
  return {
    partition: partitionBySplit(corpus, split),
    description: `${kind}, seed ${seed}, ${split.name}: ${description}`,
  };
}
