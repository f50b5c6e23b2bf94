import type { Protocol, ProtocolFile } from './protocol-file';

/** Of a task's first lines few are valid, and a fifth of these are tested. */
const LEAST_RECORDS = 4;

/** One seed of everything: shows that all kinds of jobs work, and nothing else. */
export function quickened(file: ProtocolFile): ProtocolFile {
  const protocols = file.protocols.map((protocol): Protocol => {
    const seeds = protocol.seeds.slice(0, 1);
    return protocol.kind === 'few-shot'
      ? { ...protocol, seeds, sourceSeeds: protocol.sourceSeeds.slice(0, 1) }
      : { ...protocol, seeds };
  });
  return { ...file, leastRecordsForRank: LEAST_RECORDS, protocols };
}
