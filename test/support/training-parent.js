/**
 * Starts a training that does not end, prints the trainer's process id and
 * waits. Runs compiled code: `node training-parent.js !busy`.
 */
const { ProcessTrainingEngine } = require('../../dist/serving/process-training-engine.js');
const { silentLog } = require('../../dist/base/index.js');

async function main() {
  const engine = new ProcessTrainingEngine({
    registryModule: require.resolve('./fake-registry.js'),
    nativeEnvironment: {},
    log: silentLog,
  });
  const record = {
    idempotencyKey: 'k',
    program: { loopNest: 'x', transformSteps: '' },
    costsSeconds: [1],
    errorNumber: 0,
    errorMessage: process.argv[2],
  };
  const task = { id: 't', target: 'llvm', device: { kind: 'cpu' } };
  await engine.add([{ task, record, sequence: 1 }]);
  void engine.fit({ predictor: 'cdmpp', seed: 0, targetKind: 'cpu', startFrom: undefined });
  console.log(engine.pid);
}

main();
