import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for each test of the suite that calls this; all gone after the last one. */
export function useTemporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  const made: string[] = [];
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'cdmpp-test-'));
    made.push(folder.path);
  });
  // Not after each: that would come before the suite's own clean-up, which still writes there.
  afterAll(async () => {
    for (const path of made) await rm(path, { recursive: true, force: true });
  });
  return folder;
}
