/**
 * TVM's features of the lowered program as the leaves' vectors, behind the same
 * port as those of the loop nest. The loop nest still gives the leaves, their
 * positions and the estimate; TVM's rows are matched to them.
 */
import { Code, internalError } from '../errors';
import {
  type CompactProgram,
  createProgramReader,
  LOWERED_ROW_LENGTH,
  type ProgramSource,
  type Task,
} from '../program';
import { deviceFeatureNames } from './device-vector';
import {
  addResult,
  createFeatureBatchBuffer,
  type FeatureFailure,
  type FeatureResult,
  type ProgramFeatures,
} from './feature-batch';
import {
  createFeatureExtractor,
  extractFeatures,
  type FeatureExtractor,
  loopNestSchema,
} from './feature-extractor';
import { createFeatureSchema, type FeatureSchema } from './feature-schema';
import { loweredMatchNames, loweredRowNames } from './lowered-feature-names';
import { keyOfRow, type MatchKey, matchRows } from './lowered-matching';
import { canonicalRows } from './lowered-rows';

export const loweredSchema: FeatureSchema = createFeatureSchema(
  [...loweredRowNames, ...loweredMatchNames],
  deviceFeatureNames,
);

/** As `createFeatureExtractor`, for programs that bring `loweredFeatures`. */
export function createLoweredExtractor(task: Task): FeatureExtractor {
  const loopNest = createFeatureExtractor(task);
  const reader = createProgramReader(task);
  const batch = createFeatureBatchBuffer(loweredSchema.leaf.length);
  const extract = (source: ProgramSource): FeatureResult => {
    const rows = source.loweredFeatures;
    if (rows === undefined || rows.length % LOWERED_ROW_LENGTH !== 0) return withoutRows(source);
    if (rows.length === 0) return NOT_LOWERED;
    const read = extractFeatures(loopNest, source);
    if (!read.ok) return read;
    return { ok: true, features: vectorise(reader.read(source), read.features, rows) };
  };
  return {
    extractBatch(programs) {
      batch.begin(programs.length);
      for (const program of programs) addResult(batch, extract(program));
      return batch;
    },
  };
}

const NOT_LOWERED: FeatureFailure = Object.freeze({
  ok: false,
  failure: 'cannot-build',
  code: Code.FailedPrecondition,
  reason: 'program.lowered_features: no rows; TVM could not lower the program for its target',
});

function withoutRows({ loweredFeatures }: ProgramSource): FeatureFailure {
  const found = loweredFeatures === undefined ? 'absent' : `${loweredFeatures.length} numbers`;
  return {
    ok: false,
    failure: 'unreadable',
    code: Code.InvalidArgument,
    reason: `program.lowered_features: ${found}; this model reads TVM's rows of ${LOWERED_ROW_LENGTH}: send them (the shim does with feature_set="lowered")`,
  };
}

/** A leaf of the result: one of the program's with its row, or a further row of it. */
interface Entry {
  readonly leaf: number;
  readonly row: Float32Array | undefined;
  readonly isExact: boolean;
  readonly isFurther: boolean;
}

function vectorise(
  program: CompactProgram,
  loopNest: ProgramFeatures,
  sentRows: Float32Array,
): ProgramFeatures {
  const rows = canonicalRows(sentRows);
  const matches = matchRows(keysOfLeaves(program, loopNest), rows.map(keyOfRow));
  const entries = matches.flatMap((match, leaf): Entry[] => [
    {
      leaf,
      row: match.row === undefined ? undefined : rows[match.row],
      isExact: match.isExact,
      isFurther: false,
    },
    ...match.furtherRows.map((row) => ({
      leaf,
      row: rows[row],
      isExact: false,
      isFurther: true,
    })),
  ]);
  const width = loweredSchema.leaf.length;
  const leaves = new Float32Array(entries.length * width);
  entries.forEach(({ row, isExact, isFurther }, i) => {
    if (row !== undefined) leaves.set(row, i * width);
    const flags = [row !== undefined, isExact, isFurther].map(Number);
    leaves.set(flags, i * width + LOWERED_ROW_LENGTH);
  });
  return {
    leafCount: entries.length,
    leaves,
    positions: Int32Array.from(entries, ({ leaf }) => loopNest.positions[leaf] as number),
    depths: Int32Array.from(entries, ({ leaf }) => loopNest.depths[leaf] as number),
    estimateSeconds: loopNest.estimateSeconds,
  };
}

function column(name: string): number {
  const index = loopNestSchema.leaf.indexOf(name);
  if (index < 0) throw internalError(`no feature "${name}" to match rows by`);
  return index;
}

const FLOAT_OPERATIONS = column('ops.float_total');
const FLOAT_COMPARE = column('ops.floatCompare');
const VECTOR_LENGTH = column('vector.length');
const PARALLEL_EXTENT = column('parallel.extent');
const TOUCHED_BYTES = column('memory.unique_bytes');
const IS_REDUCTION = column('leaf.is_reduction');
const WRITES = [0, 1, 2, 3].map((slot) => ({
  flag: column(`access.${slot}.is_write`),
  bytes: column(`access.${slot}.unique_bytes`),
}));

function keysOfLeaves(program: CompactProgram, features: ProgramFeatures): readonly MatchKey[] {
  const width = loopNestSchema.leaf.length;
  return Array.from({ length: program.leafCount }, (_, index) => {
    const vector = features.leaves.subarray(index * width, (index + 1) * width);
    const write = WRITES.find(({ flag }) => vector[flag] === 1);
    const first = program.leafFirstPath[index] as number;
    const path = program.path.subarray(first, program.leafFirstPath[index + 1]);
    const iterations = path.reduce(
      (product, loop) => product * (program.loopExtent[loop] as number),
      1,
    );
    return {
      iterations: Math.log2(1 + iterations),
      loops: path.length,
      unitLoops: 0,
      writtenBytes: write && vector[write.bytes],
      floatOperations: vector[FLOAT_OPERATIONS] as number,
      vectorLength: vector[VECTOR_LENGTH] as number,
      parallelExtent: vector[PARALLEL_EXTENT] as number,
      touchedBytes: vector[TOUCHED_BYTES] as number,
      comparesFloats: vector[FLOAT_COMPARE] !== 0,
      isReduction: vector[IS_REDUCTION] === 1,
    };
  });
}
