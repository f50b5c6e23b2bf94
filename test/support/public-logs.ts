import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Folder of public logs, one folder a device in it: `CDMPP_ANSOR_LOGS`, or beside the checkout. */
export const PUBLIC_LOGS = resolve(
  ROOT,
  process.env.CDMPP_ANSOR_LOGS ?? join('..', 'shared', 'data', 'ansor-logs'),
);

/** `describe`, or one that skips by name where the public logs are not there. */
export const describeWithPublicLogs: typeof describe | typeof describe.skip = existsSync(
  PUBLIC_LOGS,
)
  ? describe
  : describe.skip;

export const PUBLIC_DEVICES: readonly string[] = ['a100', 'k80', 'v100'];
