export { type AccuracyIo, runAccuracy } from './run-accuracy';
