export { type Clock, systemClock } from './clock';
export { createRng, type Rng, shuffle } from './rng';
