/** What may import what, from the bottom up: a layer imports itself and those below it, and nothing beside it. */
const LAYERS = [
  ['lib', 'generated'],
  ['core'],
  ['config', 'outbound', 'telemetry'],
  ['db', 'storage'],
  ['changes', 'configuration', 'signals'],
  ['graph'],
  ['operations'],
  ['live', 'modules'],
  ['transport', 'rooms.ts'],
  ['schema.ts', 'demo', 'clean-hourly.ts'],
  ['admin-reset.ts', 'assembly'],
  ['first-rows.ts', 'assembly'],
  ['server.ts'],
  ['app.ts', 'operator'],
  ['main.ts'],
];

const pathOf = (name) => `^src/${name.replace('.', '[.]')}${name.endsWith('.ts') ? '$' : '/'}`;

const onlyDownwards = LAYERS.flatMap((layer, depth) =>
  layer.map((name) => ({
    name: `only-downwards-from-${name.replace('.ts', '')}`,
    comment:
      'Imports point to lower layers: a part can be read, tested and replaced without what is built on it.',
    severity: 'error',
    from: { path: pathOf(name) },
    to: { path: '^src/', pathNot: [name, ...LAYERS.slice(0, depth).flat()].map(pathOf) },
  })),
);

const everyFile = LAYERS.flat().map(pathOf);

/** The sub-folders of large folders, from the bottom up, under the same rule. */
const SUB_LAYERS = {
  core: [['process', 'requests'], ['feeds', 'rights'], ['rows'], ['context.ts']],
  configuration: [['algebra'], ['catalogue'], ['rules'], ['layers']],
  graph: [['schema'], ['pages'], ['inputs', 'limits'], ['rows'], ['commands', 'events']],
  live: [
    ['tails', 'execution'],
    ['connections'],
    ['streams'],
    ['groups'],
    ['subscriptions', 'listeners'],
    ['subscription-engine.ts'],
  ],
  transport: [
    ['drain.ts', 'unsent-answers.ts'],
    ['event-stream'],
    ['pipeline'],
    ['webhooks'],
    ['socket'],
    ['http'],
    ['exports'],
    ['imports', 'attachments'],
    ['transport.ts'],
  ],
};

const onlyDownwardsWithin = Object.entries(SUB_LAYERS).flatMap(([folder, layers]) => {
  const pathIn = (name) => pathOf(`${folder}/${name}`);
  return [
    ...layers.flatMap((layer, depth) =>
      layer.map((name) => ({
        name: `only-downwards-from-${folder}-${name.replace('.ts', '')}`,
        comment: 'The sub-folders of a folder have an order, too: each is understood without those above it.',
        severity: 'error',
        from: { path: pathIn(name) },
        to: {
          path: pathOf(folder),
          pathNot: [name, ...layers.slice(0, depth).flat()].map(pathIn),
        },
      })),
    ),
    {
      name: `every-file-of-${folder}-has-a-sub-folder`,
      comment:
        'A file beside the sub-folders, or in a new one, is under no rule until its place is written down.',
      severity: 'error',
      from: { path: pathOf(folder), pathNot: layers.flat().map(pathIn) },
      to: {},
    },
  ];
});

module.exports = {
  forbidden: [
    ...onlyDownwards,
    ...onlyDownwardsWithin,
    {
      name: 'every-folder-has-a-layer',
      comment: 'A new folder in src gets a layer, or no rule would hold for what is in it.',
      severity: 'error',
      from: { path: '^src/', pathNot: everyFile },
      to: {},
    },
    {
      name: 'no-circles',
      comment: 'Files of a circle are one file: none can be understood alone, and which runs first is luck.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'rooms-are-closed',
      comment:
        'A room can change all it holds, except who may see its rows, what it writes to the log, what its values mean, what others ask of it and its demo data.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/',
        pathNot: ['^src/modules/$1/', '[.](access|changes|demo|requests|terms)[.]ts$'],
      },
    },
    {
      name: 'demo-data-is-for-the-demo',
      comment: 'What the server does depends on no demo data, which can be changed or left out at any time.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.](demo|room)[.]ts$', pathOf('demo')] },
      to: { path: '[.]demo[.]ts$' },
    },
    {
      name: 'leaves-are-leaves',
      comment: 'Other rooms import these, so they import nothing that leads further into a room.',
      severity: 'error',
      from: { path: '^src/modules/.+[.](access|changes|terms)[.]ts$' },
      to: {
        path: '^src/',
        pathNot: [
          ...['core', 'configuration', 'lib', 'generated'].map(pathOf),
          '^src/modules/.+[.](access|changes|terms)[.]ts$',
        ],
      },
    },
    {
      name: 'requests-stand-on-leaves',
      comment:
        "Other rooms import these, too. They write rows: so they may have the database and their room's leaves, which lead nowhere.",
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.+[.]requests[.]ts$' },
      to: {
        path: '^src/',
        pathNot: [
          ...['core', 'configuration', 'lib', 'generated', 'db'].map(pathOf),
          '^src/modules/$1/.+[.](access|changes|terms)[.]ts$',
        ],
      },
    },
    {
      name: 'commands-know-no-graphql',
      comment: 'What a room does is the same for every caller: a mutation, a job, a test.',
      severity: 'error',
      from: { path: '^src/modules/.+[.](access|changes|commands|demo|reactions|requests|terms)[.]ts$' },
      to: { path: ['(^|/)node_modules/(graphql|@pothos)', '^src/graph/', '[.]graph[.]ts$'] },
    },
    {
      name: 'src-stands-alone',
      comment: 'The server runs without its tests, measurements, examples, scripts and clients.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts|packages|console)/' },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'The package is published without the rest of the repository.',
      severity: 'error',
      from: { path: '^packages/client/src/' },
      to: { pathNot: ['^packages/client/src/', '(^|/)node_modules/'] },
    },
    {
      name: 'the-core-needs-no-peer',
      comment:
        'A page without React, Apollo Client or urql loads none of them. `graphql` prints parsed documents alone.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: '/(react|apollo|urql)[.]ts$' },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(graphql|graphql-ws)/' },
    },
    {
      name: 'only-installed-in-production',
      comment:
        'With `npm ci --omit=dev` a development dependency is missing, and any import of it ends the start.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere is also an import that no rule above has seen.',
      severity: 'error',
      // A peer of the bench has packages of its own, which are installed on its first run.
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true, pathNot: '/gql/|/dist/|^@lockstep/client' },
    },
  ],
  options: {
    // TypeScript 7 has no API to parse with. swc sees what is written too, type-only imports included.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['(^|/)node_modules/', '^src/generated/'] },
    exclude: { path: ['^(test|examples)/gql/', '^packages/client/dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.d.ts'],
    },
  },
};
