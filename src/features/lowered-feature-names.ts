/** Names of TVM's features of a stored buffer, as its `get_per_store_feature_names` gives them. */

/** Buffers that a row describes, those with most cache lines first. */
export const LOWERED_BUFFERS = 5;

const operations = ['mad', 'addsub', 'mul', 'divmod', 'cmp', 'mathfunc', 'otherfunc'];

const loopPositions = [
  'kPosNone',
  'kPosInnerSpatial',
  'kPosMiddleSpatial',
  'kPosOuterSpatial',
  'kPosInnerReduce',
  'kPosMiddleReduce',
  'kPosOuterReduce',
  'kPosMixed',
];

const launch = [
  'is_gpu',
  ...['blockIdx', 'threadIdx'].flatMap((index) => ['x', 'y', 'z'].map((d) => `${index}_${d}_len`)),
  'vthread_len',
];

const ofBuffer = [
  'acc_type.kRead',
  'acc_type.kWrite',
  'acc_type.kReadWrite',
  'bytes',
  'unique_bytes',
  'lines',
  'unique_lines',
  'reuse_type.kLoopMultipleRead',
  'reuse_type.kSerialMultipleReadWrite',
  'reuse_type.kNoReuse',
  'reuse_dis_iter',
  'reuse_dis_bytes',
  'reuse_ct',
  'bytes_d_reuse_ct',
  'unique_bytes_d_reuse_ct',
  'lines_d_reuse_ct',
  'unique_lines_d_reuse_ct',
  'stride',
];

/** Features of one buffer. */
export const LOWERED_BUFFER_LENGTH = ofBuffer.length;

/** Where the features of buffers begin in a row. */
export const LOWERED_BUFFERS_OFFSET = 57;

/** The 164 of a row, in TVM's order. */
export const loweredRowNames: readonly string[] = Object.freeze([
  ...operations.map((operation) => `float_${operation}`),
  ...operations.map((operation) => `int_${operation}`),
  'bool_op',
  'select_op',
  ...['vec', 'unroll', 'parallel'].flatMap((kind) => [
    `${kind}_num`,
    `${kind}_prod`,
    `${kind}_len`,
    ...loopPositions.map((position) => `${kind}_type.${position}`),
  ]),
  ...launch,
  ...Array.from({ length: LOWERED_BUFFERS }, (_, buffer) =>
    ofBuffer.map((name) => `B${buffer}.${name}`),
  ).flat(),
  ...Array.from({ length: 10 }, (_, i) => `arith_intensity_curve_${i}`),
  'alloc_size',
  'alloc_prod',
  'alloc_outer_prod',
  'alloc_inner_prod',
  'outer_prod',
  'num_loops',
  'auto_unroll_max_step',
]);

/** What the matching adds to a row. */
export const loweredMatchNames: readonly string[] = Object.freeze([
  'match.has_row',
  'match.is_exact',
  'match.is_further_row',
]);
