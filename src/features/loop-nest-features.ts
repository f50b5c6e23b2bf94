/**
 * The feature vector of a leaf, read from loops and accesses without lowering.
 * The README of this room has the table: name, unit, transform, meaning.
 */
import { cacheTraffic } from './cache-traffic';
import type { DeviceModel } from './device-model';
import { type LeafGeometry, loopStride } from './leaf-geometry';
import type { LoopStructure } from './loop-structure';
import { opKinds } from './op-count';
import type { LeafEstimate } from './roofline-estimate';

/** Everything that is known of a leaf when its vector is written. */
export interface LeafContext {
  readonly geometry: LeafGeometry;
  readonly structure: LoopStructure;
  readonly estimate: LeafEstimate;
  /** Share of the program's estimate that falls to this leaf. */
  readonly share: number;
  readonly device: DeviceModel;
}

/** Group and name apart, so that no string is built while vectors are written. */
export type Write = (group: string, name: string, value: number) => void;

const accessSlots = 4;
const levelSlots = 8;
const groups = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}.${i}`);
const accessGroups = groups('access', accessSlots);
const levelGroups = groups('level', levelSlots);
const tileGroups = groups('tile', 5);
const log2p1 = (value: number): number => Math.log2(1 + Math.max(0, value));
const flag = (value: boolean): number => (value ? 1 : 0);

function writeLoops(context: LeafContext, write: Write): void {
  const { geometry, structure } = context;
  const { loops, leaf } = geometry;
  write('loops', 'iterations', log2p1(geometry.iterations));
  write('loops', 'count', loops.length / 4);
  write('loops', 'own', (loops.length - leaf.attachDepth) / 4);
  write('loops', 'attach_depth', leaf.attachDepth / 4);
  write('loops', 'innermost_extent', log2p1(loops[loops.length - 1]?.extent ?? 1));
  write('loops', 'innermost_reduces', flag(geometry.reduces[loops.length - 1] ?? false));
  write('loops', 'branches', log2p1(structure.loopBranches));
  write('parallel', 'extent', log2p1(structure.parallel));
  const rounds = Math.ceil(structure.parallel / context.device.cores);
  write('parallel', 'core_use', structure.parallel / (rounds * context.device.cores));
  write('parallel', 'rounds', log2p1(rounds));
  write('vector', 'length', log2p1(structure.vectorLength));
  write('vector', 'reduces', flag(structure.vectorReduces));
  const lanes = context.device.simdBytes / geometry.profile.elementBytes;
  const registers = Math.ceil(structure.vectorLength / lanes);
  write('vector', 'registers', log2p1(registers));
  write('vector', 'lane_use', structure.vectorLength / (registers * lanes));
  write('unroll', 'iterations', log2p1(structure.unrolled));
  write('unroll', 'pragma', log2p1(leaf.autoUnrollMaxStep));
  write(
    'unroll',
    'covers_register_tile',
    flag(structure.unrolledLevel <= structure.registerTileLevel),
  );
  structure.tiles.forEach((tile, turn) => {
    write(tileGroups[turn] as string, 'iterations', log2p1(tile));
  });
  write('tile', 'accumulators', log2p1(context.estimate.accumulators));
  write('tile', 'spills', log2p1(context.estimate.accumulators / context.device.vectorRegisters));
}

function writeOps({ geometry }: LeafContext, write: Write): void {
  const { ops, floatOps } = geometry.profile;
  write('ops', 'float_total', log2p1(floatOps * geometry.iterations));
  for (const kind of opKinds) write('ops', kind, log2p1(ops[kind]));
}

function writeLeaf({ geometry, structure, device }: LeafContext, write: Write): void {
  const { leaf, profile } = geometry;
  write('leaf', 'is_reduction', flag(profile.isReduction));
  write('leaf', 'is_copy', flag(profile.isCopy));
  write('leaf', 'is_predicated', flag(profile.isPredicated));
  write('leaf', 'is_shared', flag(leaf.scope === 'shared'));
  write('leaf', 'is_local', flag(leaf.scope === 'local'));
  write('leaf', 'is_root', flag(leaf.attachDepth === 0));
  write('leaf', 'is_float', flag(profile.isFloat));
  write('leaf', 'element_bytes', profile.elementBytes / 4);
  write('leaf', 'allocation_bytes', log2p1(geometry.footprints[0]?.bytes[leaf.attachDepth] ?? 0));
  write('gpu', 'blocks', log2p1(device.isGpu ? structure.blocks : 0));
  write('gpu', 'threads', log2p1(device.isGpu ? structure.threads : 0));
  write('gpu', 'vthreads', log2p1(device.isGpu ? structure.vthreads : 0));
  write(
    'gpu',
    'warp_use',
    device.isGpu
      ? structure.threads / (Math.ceil(structure.threads / device.warpSize) * device.warpSize)
      : 0,
  );
  write('gpu', 'waves', log2p1(device.isGpu ? structure.blocks / device.cores : 0));
}

function writeMemory(context: LeafContext, write: Write): void {
  const { geometry, device } = context;
  const levels = geometry.loops.length;
  write('memory', 'unique_bytes', log2p1(geometry.workingSetBytes[0] as number));
  const flops = geometry.profile.floatOps * geometry.iterations;
  const caches = [
    ['memory.l1', device.l1CacheBytes],
    ['memory.l2', device.l2CacheBytes],
    ['memory.l3', device.l3CacheBytes * device.cores],
  ] as const;
  for (const [name, capacity] of caches) {
    const { bytes, level } = cacheTraffic(geometry, capacity, device.cacheLineBytes);
    write(name, 'traffic_bytes', log2p1(bytes));
    write(name, 'fit_iterations', log2p1(geometry.iterationsInside[level] as number));
    write(name, 'intensity', log2p1(flops / Math.max(1, bytes)));
  }
  for (let slot = 0; slot < levelSlots; slot++) {
    const level = Math.max(0, levels - 1 - slot);
    write(
      levelGroups[slot] as string,
      'working_set_bytes',
      log2p1(geometry.workingSetBytes[level] as number),
    );
    write(
      levelGroups[slot] as string,
      'iterations',
      log2p1(geometry.iterationsInside[level] as number),
    );
  }
}

function writeAccesses({ geometry, structure }: LeafContext, write: Write): void {
  const order = geometry.footprints
    .map((_, access) => access)
    .sort((a, b) => footprintOrder(geometry, a, b));
  const levels = geometry.loops.length;
  for (let slot = 0; slot < accessSlots; slot++) {
    const access = order[slot];
    const footprint = access === undefined ? undefined : geometry.footprints[access];
    const profile = access === undefined ? undefined : geometry.profile.accesses[access];
    const put = (name: string, value: number): void =>
      write(accessGroups[slot] as string, name, footprint === undefined ? 0 : value);
    const at = (values: Float64Array | undefined, level: number): number => values?.[level] ?? 0;
    const innermost =
      profile === undefined || levels === 0 ? 0 : loopStride(geometry, levels - 1, profile);
    const vector =
      profile === undefined || structure.vectorLevel < 0
        ? 0
        : loopStride(geometry, structure.vectorLevel, profile);
    put('is_write', flag(profile?.access.isWrite ?? false));
    put('is_gather', flag(profile !== undefined && !profile.isAffine));
    put('unique_bytes', log2p1(at(footprint?.bytes, 0)));
    put('unique_lines', log2p1(at(footprint?.lines, 0)));
    put('reuse', log2p1(geometry.iterations / Math.max(1, at(footprint?.elements, 0))));
    put('innermost_stride', log2p1(innermost));
    put('innermost_still', flag(innermost === 0));
    put('vector_stride', log2p1(vector));
    put('tile_bytes', log2p1(at(footprint?.bytes, structure.registerTileLevel)));
    put('tile_run', log2p1(at(footprint?.runs, structure.registerTileLevel)));
    put('block_bytes', log2p1(at(footprint?.bytes, geometry.leaf.attachDepth)));
    put('block_run', log2p1(at(footprint?.runs, geometry.leaf.attachDepth)));
    put('reuse_distance_bytes', log2p1(reuseDistanceBytes(geometry, footprint?.elements)));
  }
}

/** Largest traffic first; equal ones in the order of the accesses, so that slots are stable. */
function footprintOrder(geometry: LeafGeometry, a: number, b: number): number {
  const lines = (access: number): number => geometry.footprints[access]?.lines[0] ?? 0;
  return lines(b) - lines(a) || a - b;
}

/** Working set of the innermost loop that comes back to the same elements; 0 where none does. */
function reuseDistanceBytes(geometry: LeafGeometry, elements: Float64Array | undefined): number {
  if (elements === undefined) return 0;
  for (let level = geometry.loops.length - 1; level >= 0; level--) {
    if (elements[level] === elements[level + 1])
      return geometry.workingSetBytes[level + 1] as number;
  }
  return 0;
}

function writeEstimate({ estimate, share }: LeafContext, write: Write): void {
  write('estimate', 'compute', log2p1(estimate.computeSeconds * 1e9));
  write('estimate', 'memory', log2p1(estimate.memorySeconds * 1e9));
  write('estimate', 'share', share);
}

/** Writes a leaf's features in the schema's order through `write`. */
export function writeLeafFeatures(context: LeafContext, write: Write): void {
  writeLoops(context, write);
  writeOps(context, write);
  writeLeaf(context, write);
  writeMemory(context, write);
  writeAccesses(context, write);
  writeEstimate(context, write);
}
