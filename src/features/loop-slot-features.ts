/** Each loop around a leaf by itself, from the innermost outwards. */
import { type Annotation, annotations } from '../program';
import { type FeatureGroup, magnitudes, plain, slots } from './leaf-context';

/** Loops that have a slot; `loops.beyond_slots` counts those that have none. */
export const loopSlots = 8;

const features = [
  ...magnitudes('extent'),
  ...plain('reduces', 'unrolled', 'vector', 'parallel', 'thread', 'vthread'),
];
const firstKind = 3;

/** By code of an annotation: offset of its flag from `vector`; -1 where it has none. */
const kindOffsets = Int32Array.from(annotations, (annotation: Annotation) => {
  if (annotation === 'vectorize' || annotation === 'tensorize') return 0;
  if (annotation === 'parallel' || annotation.startsWith('blockIdx')) return 1;
  if (annotation.startsWith('threadIdx')) return 2;
  return annotation === 'vthread' ? 3 : -1;
});

export const loopSlotFeatures: FeatureGroup = {
  features: slots('loop', loopSlots, features),
  write({ geometry, structure }, row, at) {
    const { levels, extent, annotation, reduces } = geometry;
    row.fill(0, at, at + loopSlots * features.length);
    const last = Math.max(0, levels - loopSlots);
    for (let level = levels - 1; level >= last; level--) {
      const kind = kindOffsets[annotation[level] as number] as number;
      row[at] = extent[level] as number;
      row[at + 1] = reduces[level] as number;
      row[at + 2] = Number(level >= structure.unrolledLevel && kind < 0);
      if (kind >= 0) row[at + firstKind + kind] = 1;
      at += features.length;
    }
  },
};
