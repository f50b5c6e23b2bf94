/**
 * Appends reports of 3 records for ever, and prints the number of the last
 * record after each acknowledgement. Runs compiled code: `node appending-process.js STORE`.
 */
const { writeSync } = require('node:fs');
const { openSqliteRecordStore } = require('../../dist/store/index.js');
const { systemClock } = require('../../dist/base/index.js');
const { record, task } = require('./least-records.js');

async function main() {
  const store = await openSqliteRecordStore({ path: process.argv[2], clock: systemClock });
  await store.putTask(task);
  for (let number = 3; ; number += 3) {
    await store.append('t', [record(number - 2), record(number - 1), record(number)], '');
    // Synchronous: what is printed was acknowledged, what was killed before is not printed.
    writeSync(1, `${number}\n`);
  }
}

main();
