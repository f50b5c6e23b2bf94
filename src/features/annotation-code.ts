/** Annotations as the columns of a program hold them, and sets of them as bits. */
import { type Annotation, annotations } from '../program';

const code = (annotation: Annotation): number => annotations.indexOf(annotation);
const bits = (prefix: string): number =>
  annotations.reduce((set, name, i) => (name.startsWith(prefix) ? set | (1 << i) : set), 0);

export const plainLoop = code('for');
export const unrolledLoop = code('unroll');
export const vectorLoop = code('vectorize');
export const parallelLoop = code('parallel');
export const vthreadLoop = code('vthread');
export const threadXLoop = code('threadIdx.x');
/** Sets: bit `code` is set for each member. */
export const blockLoops = bits('blockIdx');
export const threadLoops = bits('threadIdx');
