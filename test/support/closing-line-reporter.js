/**
 * Ends a run of jest with one plain line, `jest: N passed, N failed, N skipped`, for people and
 * scripts that read the end of a long output. A suite that could not run counts as one failure:
 * jest itself counts its tests nowhere.
 */
class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const words = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) words.push(`${skipped} skipped`);
    // Jest appends its own summary after every reporter in the list.
    process.once('exit', () => process.stdout.write(`jest: ${words.join(', ')}\n`));
  }
}

module.exports = ClosingLineReporter;
