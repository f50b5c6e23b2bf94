/**
 * Appends records FIRST, FIRST + STEP, ... up to LAST to a PostgreSQL store, one at a time, and
 * prints the number of each when it is acknowledged. Tries again while the store is UNAVAILABLE.
 * Runs compiled code: `node writing-process.js URL FIRST STEP LAST`.
 */
const { writeSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { openPostgresRecordStore } = require('../../dist/store/index.js');
const { systemClock } = require('../../dist/base/index.js');
const { record, task } = require('./least-records.js');
const { Code } = require('../../dist/errors.js');

const [url, first, step, last] = process.argv.slice(2);

async function untilAvailable(action) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (error.code !== Code.Unavailable) throw error;
      await sleep(50);
    }
  }
}

async function main() {
  const options = { url, name: 'shared', clock: systemClock };
  const store = await untilAvailable(() => openPostgresRecordStore(options));
  await untilAvailable(() => store.putTask(task));
  for (let number = Number(first); number <= Number(last); number += Number(step)) {
    await untilAvailable(() => store.append('t', [record(number)], ''));
    // Synchronous: what is printed was acknowledged, what was killed before is not printed.
    writeSync(1, `${number}\n`);
  }
  await store.dispose();
}

main();
