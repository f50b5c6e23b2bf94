/** The least that a store takes, for processes that run compiled code. */
const task = {
  id: 't',
  structureHash: 's',
  workloadKey: 'w',
  target: 'llvm',
  hardwareParams: {},
  device: { name: 'local' },
  networks: [],
};

function record(number) {
  return {
    idempotencyKey: `key-${number}`,
    program: { loopNest: 'for i (0,8)\n'.repeat(100), transformSteps: `[${number}]` },
    costsSeconds: [1e-3],
    errorNumber: 0,
    errorMessage: '',
    allCostSeconds: 0,
    timestampSeconds: 0,
    recordLine: '',
  };
}

module.exports = { task, record };
