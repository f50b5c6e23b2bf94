import { internalError } from '../errors';
import type { Outcomes } from './judge';
import type { ProtocolFile } from './protocol-file';
import { Workspace } from './workspace';

/** Outcomes as files: names of jobs and manifests begin with their protocol, which has a dataset. */
export function outcomesOf(cache: string, file: ProtocolFile): Outcomes {
  const workspaces = new Map<string, Workspace>();
  const datasets = new Map(file.protocols.map(({ name, dataset }) => [name, dataset]));
  const workspaceOf = (name: string): Workspace => {
    const dataset = datasets.get(name.slice(0, name.indexOf('/')));
    if (dataset === undefined) throw internalError(`"${name}" is of no protocol`);
    const known = workspaces.get(dataset) ?? new Workspace(cache, dataset);
    workspaces.set(dataset, known);
    return known;
  };
  return {
    manifest: (name) => workspaceOf(name).manifest(name),
    predictions: (job) => workspaceOf(job).predictions(job),
    isComplete: ({ ours, rivals, manifest }) =>
      workspaceOf(manifest).hasManifest(manifest) &&
      [ours, ...rivals].every((job) => workspaceOf(job).hasPredictions(job)),
  };
}
