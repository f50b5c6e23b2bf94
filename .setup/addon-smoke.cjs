// Loads the freshly built addon and multiplies two small matrices with it.
const util = require('node:util');

// tfjs-node-gpu 4.22 calls it still; Node 22 warns of it and Node 23 dropped it.
util.isNullOrUndefined = (value) => value === null || value === undefined;

const tf = require('../node_modules/@tensorflow/tfjs-node-gpu');

const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const expected = [1 * 5 + 2 * 7, 1 * 6 + 2 * 8, 3 * 5 + 4 * 7, 3 * 6 + 4 * 8];
const actual = Array.from(product.dataSync());
if (tf.getBackend() !== 'tensorflow' || actual.join() !== expected.join()) {
  console.error(`set-up: backend ${tf.getBackend()} says ${actual}, not ${expected}`);
  process.exit(1);
}
