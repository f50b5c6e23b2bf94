import { ADAPTATION_RECORD_SHARE, ADAPTATION_TASK_SHARE } from './device-splits';
import { type SplitKind, TASK_FOLDS } from './make-splits';

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What a kind of split tests, in one sentence for the file's reader. */
export const kindDescriptions: Readonly<Record<SplitKind, string>> = Object.freeze({
  'by-task': `Unseen tasks: each kernel, with all computations that share it, is tested in one of ${TASK_FOLDS} folds, each operator family spread over all of them.`,
  'by-network':
    'Unseen networks: all computations of one network are tested, those it shares with others too.',
  'by-family': 'Unseen operator families: all computations of one family are tested.',
  'by-device': `Unseen devices: tested on one device after training on the others, on other kernels, in ${TASK_FOLDS} folds.`,
  'few-shot-device': `As by-device, with ${percent(ADAPTATION_RECORD_SHARE)} of the programs of ${percent(ADAPTATION_TASK_SHARE)} of the device's tasks to adapt to, none of which is tested.`,
  'device-transfer': `Few labels of a device: trained on the others, adapted to ${percent(ADAPTATION_RECORD_SHARE)} of the programs of ${percent(ADAPTATION_TASK_SHARE)} of its kernels, tested on all its other kernels. What is tested may be trained on, on other devices.`,
});
