import type { Corpus } from '../corpus';
import type { TrainingSettings } from '../training';
import type { TrainedModel } from './train-model';

export interface ModelPageRequest {
  readonly predictor: string;
  readonly corpus: Corpus;
  /** How programs were parted. */
  readonly parted: string;
  readonly trained: TrainedModel;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly parameterCount: number;
  readonly weightsSha256: string;
  /** As it was typed, without the interpreter. */
  readonly command: string;
}

/** MODEL.md: what a model was made of, how well it does, and how to make it again. */
export function modelPage(request: ModelPageRequest): string {
  const { corpus, trained, settings, seed } = request;
  const { result, learnedFrom, judgedBy } = trained;
  const devices = countBy(corpus.entries.map(({ example }) => example.deviceName));
  const families = countBy(corpus.entries.map(({ taskIndex }) => familyOf(corpus, taskIndex)));
  return `# A latency model: ${request.predictor}

| | |
|---|---|
| parameters | ${request.parameterCount} |
| labels | ${settings.label} |
| programs of the data | ${corpus.entries.length} of ${corpus.tasks.length} tasks |
| devices (programs) | ${devices} |
| operator families (programs) | ${families} |
| parted | ${request.parted} |
| learned from, judged by | ${learnedFrom}, ${judgedBy} programs |
| steps | ${result.steps} in ${result.seconds.toFixed(0)} s, ${result.samplesPerSecond.toFixed(0)} programs a second |
| seed | ${seed} |
| sha256 of the weights | \`${request.weightsSha256}\` |

${figures(trained)}
These figures chose the weights that were kept: they flatter. \`cdmpp evaluate\` says how well the
model does on programs that chose nothing. It knows the devices and operator families above; of
others it knows the analytical estimate and what their cards have in common with these.

Every setting is in \`settings.json\`, the curves are in \`curves.svg\`. Made again by

    ${request.command}
`;
}

function figures({ result }: TrainedModel): string {
  const { validation } = result;
  if (validation === undefined)
    return 'Nothing was kept back to judge by: the last weights are kept.\n';
  const { loss, mapePercent, pairwiseAccuracy } = validation.figures;
  const rows = [
    ...(loss === undefined ? [] : [`| loss | ${loss.toFixed(4)} |`]),
    ...(mapePercent === undefined ? [] : [`| MAPE | ${mapePercent.toFixed(2)} % |`]),
    ...(pairwiseAccuracy === undefined
      ? []
      : [`| pairs of a task in the right order | ${(100 * pairwiseAccuracy).toFixed(1)} % |`]),
  ];
  return `| on the validation side, after step ${validation.step} | |\n|---|---|\n${rows.join('\n')}\n`;
}

function familyOf({ tasks }: Corpus, taskIndex: number): string {
  return tasks[taskIndex]?.family ?? 'unknown';
}

/** `a 3, b 1`, by name. */
function countBy(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
