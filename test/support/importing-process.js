/**
 * Appends COUNT records of 2 kB in batches of 500, then reads all of them page by page, and prints
 * how many there were. Runs compiled code: `node importing-process.js STORE COUNT`.
 */
const { openSqliteRecordStore } = require('../../dist/store/index.js');
const { systemClock } = require('../../dist/base/index.js');
const { createLogTask } = require('../../dist/program/index.js');

const BATCH = 500;

function record(number) {
  return {
    idempotencyKey: `key-${number}`,
    program: { loopNest: '', transformSteps: `[[${number}]]` },
    costsSeconds: [1e-3],
    errorNumber: 0,
    errorMessage: '',
    allCostSeconds: 0,
    timestampSeconds: number,
    recordLine: `{"i":${number}}`.padEnd(2000),
  };
}

async function main() {
  const [path, count] = [process.argv[2], Number(process.argv[3])];
  const store = await openSqliteRecordStore({ path, clock: systemClock });
  const fields = { workloadKey: 'w', target: 'llvm', hardwareParams: {}, deviceName: 'd' };
  const taskId = await store.putLogTask(createLogTask(fields));
  for (let done = 0; done < count; done += BATCH) {
    const records = Array.from({ length: BATCH }, (_, i) => record(done + i));
    const linesDone = done + BATCH;
    const counted = { broken: 0, brokenLines: [], isComplete: linesDone >= count };
    const mark = { fileHash: 'f', linesDone, ...counted };
    await store.appendBatch([{ taskId, records }], 'log', mark);
  }
  let read = 0;
  for (let after = 0; ; ) {
    const page = await store.readRecords({ isValid: true }, after, BATCH);
    if (page.length === 0) break;
    read += page.length;
    after = page.at(-1).sequence;
  }
  await store.stats({});
  await store.dispose();
  console.log(read);
}

main();
