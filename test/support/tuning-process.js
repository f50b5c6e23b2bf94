// Tells two trials of a study, asks for a third, says which, and waits to be killed.
// node tuning-process.js PYTHON FILE; needs `make build`.
const { openStudy } = require('../../dist/hyperparameters');

const [python, file] = process.argv.slice(2);
const space = [
  { name: 'model.x', kind: 'float', low: -4, high: 4, scale: 'linear' },
  { name: 'rate', kind: 'float', low: 1e-4, high: 1, scale: 'logarithmic' },
];

async function main() {
  const pruning = { startupTrials: 4, warmUpLooks: 0 };
  const first = [{ 'model.x': 3, rate: 1e-4 }];
  const study = await openStudy({ python, file }, { space, about: {}, seed: 1, first, pruning });
  for (const value of [2, 1]) {
    const { number } = await study.ask();
    await study.tell(number, value);
  }
  process.send(await study.ask());
  setInterval(() => undefined, 1000);
}

main();
