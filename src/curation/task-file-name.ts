import { deviceNameOf, type LogTask, type Task } from '../program';

const LONGEST_WORKLOAD = 60;
const ID_CHARACTERS = 8;

/** `v100-conv2d_layer-128-1008-1f3a9c02.json`: device, workload, and enough of the id to be alone. */
export function taskFileName(task: Task | LogTask): string {
  const workload = slugOf(task.workloadKey).slice(0, LONGEST_WORKLOAD);
  const id = task.id.replace(/^log-/, '').slice(0, ID_CHARACTERS);
  return `${[slugOf(deviceNameOf(task)), workload, id].filter((part) => part !== '').join('-')}.json`;
}

/** Letters, digits and single hyphens: a name on any file system. */
function slugOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^-+|-+$/g, '');
}
