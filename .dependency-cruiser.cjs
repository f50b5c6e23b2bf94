// The architecture test: who in src/ may import whom (`make arch`).

/** Rooms by layer, lowest first. Imports point to a lower layer only. */
const LAYERS = [
  ['errors.ts', 'base'],
  ['config', 'program'],
  [
    'predictor',
    'chart',
    'features',
    'metrics',
    'sampling',
    'splits',
    'tensor',
    'store',
    'ansor-log',
    'wire',
    'devices',
  ],
  ['model', 'training', 'zoo', 'client', 'dataset', 'artifact'],
  ['corpus', 'replay', 'serving', 'curation', 'hyperparameters'],
  ['server', 'study'],
  ['cli', 'accuracy', 'index.ts'],
];

/** What a room may import although it is not on a lower layer. */
const EXCEPTIONS = {
  // Ports and nothing else: whoever implements or uses a port sees it from beside it.
  predictor: ['features', 'metrics', 'sampling', 'tensor', 'store', 'wire'],
  // A predictor of the zoo is put together from a model and its training, which stand beside it so
  // that serving can make predictors by name.
  model: ['training', 'zoo'],
  training: ['zoo'],
  // errors.ts and base/ know no domain, and each other.
  'errors.ts': ['base'],
};

/** Packages that only certain rooms may import. */
const PACKAGES = [
  { name: '@tensorflow/', rooms: ['tensor'] },
  { name: '@grpc/|grpc-health-check', rooms: ['server', 'client', 'wire'] },
  { name: 'libsql|kysely|pg/|pg-', rooms: ['store'] },
  { name: 'commander', rooms: ['config', 'cli'] },
  { name: 'hyparquet', rooms: ['dataset'] },
  { name: 'echarts|zrender', rooms: ['chart'] },
  { name: 'cli-progress|cli-table3', rooms: ['cli'] },
];

const pattern = (rooms) =>
  `^src/(${rooms.map((room) => (room.endsWith('.ts') ? room.replace('.', '[.]') : `${room}/`)).join('|')})`;

/** For every room: it imports nothing but itself, lower layers, and its exceptions. */
const roomRules = LAYERS.flatMap((rooms, layer) =>
  rooms.map((room) => {
    const lower = LAYERS.slice(0, layer).flat();
    const excepted = Object.keys(EXCEPTIONS).filter((other) => EXCEPTIONS[other].includes(room));
    return {
      name: `${room} (layer ${layer}) imports lower layers only`,
      severity: 'error',
      from: { path: pattern([room]) },
      to: { path: '^src/', pathNot: pattern([room, ...lower, ...excepted]) },
    };
  }),
);

const packageRules = PACKAGES.map(({ name, rooms }) => ({
  name: `only ${rooms.join(', ')} import ${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: pattern(rooms) },
  to: { path: `node_modules/(${name})` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'cross a room through its index.ts',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/.+', pathNot: ['^src/$1/', '^src/[^/]+/index[.]ts$'] },
    },
    {
      name: 'cross a room through its index.ts (from the top)',
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: { path: '^src/[^/]+/.+', pathNot: '^src/[^/]+/index[.]ts$' },
    },
    {
      name: 'every file is in a room of the table',
      severity: 'error',
      from: { path: '^src/', pathNot: pattern(LAYERS.flat()) },
      to: {},
    },
    {
      name: 'every file is in a room of the table (one that imports nothing)',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: pattern(LAYERS.flat()) },
      to: {},
    },
    {
      name: 'no cycles',
      severity: 'error',
      // Generated types are cyclic where the messages are.
      from: { path: '^src/', pathNot: '^src/wire/gen/' },
      to: { circular: true },
    },
    {
      name: 'no import of what is not there',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no development package at run time',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // TypeScript 7 has no parser that a program in JavaScript can call. What swc's does not show
    // is a type written in place, `import('../room').Type`.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
