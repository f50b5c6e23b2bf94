/** The report as a page of markdown. */
import type { GroupEvaluation, GroupFigures } from './evaluation-groups';
import type { EvaluationReport } from './evaluation-report';
import {
  countText,
  markdownTable,
  numberText,
  percentText,
  secondsText,
  shareText,
} from './figure-text';
import type { WorstTask } from './worst-tasks';

export interface PageCharts {
  /** File names beside the page, in the order in which they are shown. */
  readonly files: readonly { readonly file: string; readonly caption: string }[];
}

/** The same report is the same text: nothing in it tells when or where it was made. */
export function formatEvaluationPage(report: EvaluationReport, charts: PageCharts): string {
  const { overall, byDevice, byFamily, byNetwork, worst } = report;
  return [
    '# Evaluation',
    aboutText(report),
    '## Overall',
    overallTable(report),
    rankText(overall.evaluation),
    ...charts.files.map(({ file, caption }) => `![${caption}](${file})`),
    '## By device',
    groupTable('device', byDevice),
    '## By operator family',
    groupTable('family', byFamily),
    '## By network',
    'A program counts in each network that its task occurs in.',
    groupTable('network', byNetwork),
    '## Uncertainty',
    calibrationText(overall.evaluation),
    '## Worst tasks',
    worstTable(worst),
    ...worst.map(worstProgramText),
    ...refusalTexts(report),
    '',
  ].join('\n\n');
}

function aboutText({ model, data, overall, seed }: EvaluationReport): string {
  const { programs, tasks } = overall.evaluation;
  const refused = Object.values(data.refused).reduce((sum, count) => sum + count, 0);
  return [
    `- **Model**: \`${model.predictor}\`, trained on ${countText(model.trainedOn)} programs, weights sha256 \`${model.weightsSha256.slice(0, 16)}…\``,
    `- **Programs**: ${data.split}`,
    `- **Judged**: ${countText(programs)} programs of ${countText(tasks)} tasks, out of ${countText(data.programs)} that can be read; ${countText(refused)} records give no label`,
    `- **Intervals**: 95 %, by drawing tasks (bootstrap, seed ${seed})`,
    '- **Second measurement**: the same figure where the second measurement of a program stands in for the model; nobody does better but by chance',
    '- **Analytical estimate**: arithmetic, cache traffic and launches over what the device does at best; it learns nothing',
  ].join('\n');
}

function overallTable({ overall, estimate }: EvaluationReport): string {
  const { evaluation, repetition } = overall;
  const row = (name: string, textOf: (figures: GroupFigures) => string) => [
    name,
    textOf(evaluation),
    textOf(estimate),
    repetition === null ? '–' : textOf(repetition),
  ];
  return markdownTable(
    ['figure', 'model', 'analytical estimate', 'second measurement'],
    [
      row('programs', (of) => countText(of.programs)),
      row('MAPE, %', (of) => percentText(of.mapePercent)),
      row('median APE, %', (of) => percentText(of.medianApePercent)),
      row('within 20 %', (of) => shareText(of.within20)),
      row('within 10 %', (of) => shareText(of.within10)),
      row('within 5 %', (of) => shareText(of.within5)),
      row('pairwise accuracy, all pairs', (of) => shareText(of.rank.pairwise)),
      row('pairwise accuracy, more than 5 % apart', (of) => shareText(of.rank.pairwiseApart)),
      row('the same, mean over tasks', (of) => shareText(of.rank.pairwiseApartMean)),
      row('Spearman, mean over tasks', (of) => shareText(of.rank.spearman)),
      // The best of few repeated programs is found more easily than the best of all.
      ['peak@1', shareText(evaluation.rank.peak1), shareText(estimate.rank.peak1), '–'],
      ['peak@5', shareText(evaluation.rank.peak5), shareText(estimate.rank.peak5), '–'],
    ],
  );
}

function rankText({ rank }: GroupFigures): string {
  return (
    `Rank figures are over ${countText(rank.tasks)} tasks with at least ${rank.leastRecords} judged programs; ` +
    `${countText(rank.leftOutTasks)} tasks with fewer (${countText(rank.leftOutPrograms)} programs) are left out of them.`
  );
}

function groupTable(heading: string, groups: readonly GroupEvaluation[]): string {
  return markdownTable(
    [
      heading,
      'tasks',
      'programs',
      'MAPE, %',
      '2nd meas., %',
      'median APE, %',
      'within 20 %',
      'pairwise',
      '> 5 % apart',
      'Spearman',
      'peak@1',
      'peak@5',
      'ranked tasks',
    ],
    groups.map(({ name, evaluation, repetition }) => {
      const { rank } = evaluation;
      return [
        name,
        countText(evaluation.tasks),
        countText(evaluation.programs),
        percentText(evaluation.mapePercent),
        numberText(repetition?.mapePercent?.value, 1),
        percentText(evaluation.medianApePercent),
        numberText(evaluation.within20?.value, 3),
        shareText(rank.pairwise),
        shareText(rank.pairwiseApart),
        numberText(rank.spearman?.value, 3),
        shareText(rank.peak1),
        numberText(rank.peak5?.value, 3),
        `${rank.tasks} of ${evaluation.tasks}`,
      ];
    }),
  );
}

function calibrationText({ calibration, coverage, negativeLogLikelihood }: GroupFigures): string {
  if (calibration === null) return 'The model tells no uncertainty.';
  const intervals = markdownTable(
    ['central interval', 'holds'],
    coverage.map(({ nominal, observed }) => [`${100 * nominal} %`, shareText(observed)]),
  );
  const bins = markdownTable(
    ['predicted deviation of ln(latency)', 'observed', 'programs'],
    calibration.bins.map(({ predicted, observed, count }) => [
      predicted.toFixed(3),
      observed.toFixed(3),
      countText(count),
    ]),
  );
  const error = (100 * calibration.reliabilityError).toFixed(1);
  return `${intervals}\n\nMean distance from the diagonal ${error} points; negative log-likelihood of ln(latency) ${shareText(negativeLogLikelihood)} nats.\n\n${bins}`;
}

function worstTable(worst: readonly WorstTask[]): string {
  return markdownTable(
    ['task', 'device', 'programs', 'best', 'MAPE, %', 'bias', 'pairwise', 'peak@1'],
    worst.map((task) => [
      task.description,
      task.deviceName,
      countText(task.programs),
      secondsText(task.bestLatencySeconds),
      numberText(task.mapePercent, 1),
      `× ${numberText(task.bias, 2)}`,
      numberText(task.pairwise, 3),
      numberText(task.peak1, 3),
    ]),
  );
}

/** Why records give no label, the most frequent reason first; nothing where all of them do. */
function refusalTexts({ data }: EvaluationReport): readonly string[] {
  const reasons = Object.entries(data.refused).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return [];
  const rows = reasons.map(([reason, count]) => [reason, countText(count)]);
  return ['## Records without a label', markdownTable(['reason', 'records'], rows)];
}

function worstProgramText({ description, deviceName, worstProgram }: WorstTask): string {
  const { latencySeconds, predictedSeconds, text } = worstProgram;
  const title = `### ${description} on ${deviceName}`;
  const figures = `Its worst program: ${secondsText(latencySeconds)} measured, ${secondsText(predictedSeconds)} predicted.`;
  if (text === '') return `${title}\n\n${figures}`;
  return `${title}\n\n${figures}\n\n\`\`\`\n${text}\n\`\`\``;
}
