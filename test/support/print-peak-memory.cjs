// Required by a process that a test starts: leaves its peak memory, in bytes, in a file.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const path = process.env.CDMPP_TEST_PEAK_MEMORY_FILE;
  if (path) writeFileSync(path, String(process.resourceUsage().maxRSS * 1024));
});
