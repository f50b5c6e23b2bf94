import { Worker } from 'node:worker_threads';

const INTERVAL_MS = 1000;

/** Runs beside the main thread, which may compute for long without looking up. */
const WATCH = `
  const { parentPid, intervalMs } = require('node:worker_threads').workerData;
  setInterval(() => {
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  }, intervalMs);
`;

/**
 * Ends this process within a second or so of its parent's end, however busy it
 * is and however the parent ended: an orphan would train on for nobody.
 */
export function endWithParent(parentPid: number): void {
  const workerData = { parentPid, intervalMs: INTERVAL_MS };
  new Worker(WATCH, { eval: true, workerData, name: 'parent-watch' }).unref();
}
