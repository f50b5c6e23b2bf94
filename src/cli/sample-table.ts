import type { SampleFile } from '../sampling';
import { formatCount, shorten } from './format-text';
import { textTable } from './text-table';

/** Characters of an id that tell tasks apart; `--task` of `cdmpp records` takes them. */
const ID_CHARACTERS = 12;
const DESCRIPTION_CHARACTERS = 56;
const NETWORKS_CHARACTERS = 24;

/** A row for each chosen task, in the order of choice. */
export function sampleTable({ tasks }: SampleFile): string {
  const rows = tasks.map(({ taskIds, description, networks, programs, reason }) => [
    taskIds.map((id) => id.slice(0, ID_CHARACTERS)).join(' '),
    // It begins with the family.
    shorten(description, DESCRIPTION_CHARACTERS),
    shorten(networks.join(', ') || '-', NETWORKS_CHARACTERS),
    formatCount(programs.length),
    reason,
  ]);
  return textTable(['task', 'family and shapes', 'networks', 'programs', 'why'], rows, [
    'programs',
  ]);
}
