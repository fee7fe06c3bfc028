// The floors of packages/core/src and the walls between packages, as import rules. Each is an error and says why.
// ARCHITECTURE.md draws the same floors; `npm run check -- floors` runs these rules.

const { readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

const CORE = '^packages/core/src/'
const rooms = (...names) => `${CORE}(?:${names.join('|')})/`

const WORDS = `${CORE}(?:model/|errors\\.ts$)`
const LOGIC = rooms('context', 'redact', 'filter', 'ledger', 'detect')
const EDGE_ROOMS = ['capture', 'journal', 'store', 'tasks']
const EDGES = rooms(...EDGE_ROOMS)
const FEATURE_ROOMS = [
  ...['ingest', 'sequence', 'query', 'stream', 'export', 'analytics', 'changes', 'import'],
  ...['seal', 'retention', 'alerts', 'webhooks', 'report', 'health'],
]
const FEATURES = rooms(...FEATURE_ROOMS)
const HTTP = rooms('http')
const WIRING = `${CORE}[^/]+\\.ts$`
/** The code of our packages, as opposed to what npm put into a package's own node_modules. */
const OURS = '^packages/[^/]+/(?:src|dist)/'

/** The files of one export: one for all, or one for each condition, as where `import` and `require` differ. */
const filesOf = (target) => (typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf))

/** What each package.json exports, as built file and as its source. */
const ENTRIES = readdirSync(join(__dirname, 'packages')).flatMap((name) => {
  const manifest = JSON.parse(readFileSync(join(__dirname, 'packages', name, 'package.json'), 'utf8'))
  return Object.values(manifest.exports)
    .flatMap((target) => (typeof target === 'string' ? [] : filesOf(target)))
    .map(
      (target) =>
        `^packages/${name}/(?:src|dist/(?:cjs|esm)|dist)/${/([\w-]+)(?:\.d)?\.[jt]s$/.exec(target)[1]}\\.(?:ts|js|d\\.ts)$`,
    )
})
/** Rigs whose subject is one part of core, which a user meets only as a whole. */
const INSIDE = '^test/(?:rigs/(?:corrupt|snapshot|tamper)/|conformance/matrix-store\\.ts$)'
const TESTS = '\\.test\\.ts$'

/** Built-ins that reach outside the process or keep time. */
const IO = '^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|timers|worker_threads)(?:/|$)'

/** One named rule: what `from` may not import, and in prose why not. */
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

const floors = [
  rule(
    'f0-words-import-only-words',
    'model/ and errors.ts are the words that everything else is written in. They import nothing of ours, so that a browser, a client package and a reader can take them as they are.',
    { path: WORDS, pathNot: TESTS },
    { path: OURS, pathNot: WORDS },
  ),
  rule(
    'f0-words-run-in-a-browser',
    'Words would run in a browser: the only built-in they may name is crypto (random bytes and the hash behind derived ids, which a browser build can replace). A word that needs a file or a socket belongs to an edge on F2.',
    { path: WORDS, pathNot: TESTS },
    { dependencyTypes: ['core'], pathNot: '^(?:node:)?crypto$' },
  ),
  rule(
    'f1-logic-looks-down',
    'context, redact, filter, ledger and detect are logic over words. They import only each other and F0, so that each has property tests that need no disk, no database and no host.',
    { path: LOGIC, pathNot: TESTS },
    { path: OURS, pathNot: `${LOGIC}|${WORDS}` },
  ),
  rule(
    'f1-logic-does-no-io',
    'Logic decides, edges act. A rule that opened a file or a socket could not be run twice with the same answer. async_hooks (the one scope per request) and crypto are not input or output.',
    { path: LOGIC, pathNot: TESTS },
    { path: IO },
  ),
  rule(
    'f2-edges-look-down',
    'capture, journal, store and tasks touch the world: HTTP, disk, Postgres, timers. They know words and logic, and no feature: a feature that an edge called could never be removed.',
    { path: EDGES, pathNot: TESTS },
    { path: OURS, pathNot: [EDGES, LOGIC, WORDS] },
  ),
  rule(
    'f2-edges-know-each-other-by-type-only',
    'Two edges may agree on a shape, but must not call each other: the wiring hands one to the other. Otherwise a test of the journal would need Postgres.',
    { path: `${CORE}(${EDGE_ROOMS.join('|')})/`, pathNot: TESTS },
    { path: EDGES, pathNot: `${CORE}$1/`, dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'f3-features-look-down',
    'A feature is a reader of the log or a step of its flow. It knows edges, logic and words, neither HTTP nor the wiring: the same function serves the router, the command line and a job.',
    { path: FEATURES, pathNot: TESTS },
    { path: HTTP },
  ),
  rule(
    'f3-features-are-strangers',
    'Features are strangers to each other, types included. What two of them share is either a word (F0), logic (F1) or a statement of the store (F2). That is what lets one be read, tested, changed and removed alone.',
    { path: `${CORE}(${FEATURE_ROOMS.join('|')})/`, pathNot: TESTS },
    { path: FEATURES, pathNot: `${CORE}$1/` },
  ),
  rule(
    'f5-nobody-below-imports-the-wiring',
    'http/ and everything below it is handed what it calls and does not know how a trail is wired together. Whoever imports audit-trail.ts, options.ts or index.ts from below makes a cycle of the whole package.',
    { path: `${CORE}.+/`, pathNot: TESTS },
    { path: WIRING, pathNot: WORDS },
  ),
]

const walls = [
  rule(
    'only-the-store-speaks-to-postgres',
    'pg and typeorm are imported in packages/core/src/store alone (types excepted), so that every statement has one home, one review and one explain test.',
    { path: '^packages/[^/]+/src/', pathNot: [rooms('store'), TESTS] },
    { path: 'node_modules/(?:pg|typeorm|@types/pg)/', dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'core-stands-alone',
    'Core imports no other package of ours. The embedded store is loaded by name at run time, when no database is configured, so that users of Postgres need not install it.',
    { path: CORE, pathNot: TESTS },
    { path: '^packages/(?!core/)[^/]+/(?:src|dist)/', dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'adapters-and-kits-import-core-only',
    'An adapter, the embedded store and the test kit know core and nothing else of ours: each is installed alone.',
    { path: '^packages/(?!core/|cli/|dashboard/|client/)([^/]+)/src/', pathNot: TESTS },
    { path: OURS, pathNot: '^packages/(?:core|$1)/' },
  ),
  rule(
    'client-imports-nothing-of-ours',
    'The client runs in browsers and agents, without Node and without core.',
    { path: '^packages/client/src/', pathNot: TESTS },
    { path: '^packages/(?!client/)[^/]+/(?:src|dist)/' },
  ),
  rule(
    'client-users-import-client-only',
    'The dashboard is a browser build over the client. (The command line may import core too, for migrate, verify and retention.)',
    { path: '^packages/dashboard/src/', pathNot: TESTS },
    { path: '^packages/(?!client/|dashboard/)[^/]+/(?:src|dist)/' },
  ),
  rule(
    'packages-meet-at-their-entry',
    'A package is known by what its package.json exports. Reaching into the files of another one makes every file public.',
    { path: '^packages/([^/]+)/', pathNot: TESTS },
    {
      path: '^packages/[^/]+/(?:src|dist)/',
      pathNot: ['^packages/$1/', ...ENTRIES],
    },
  ),
  rule(
    'stand-ins-for-users-meet-packages-at-their-entry',
    'Examples, rigs and the conformance tests stand in for users: what they need from inside a package, a user needs too. (Tests of one package’s inside, benches of one statement and the scripts that write the reference may look in; so may the rigs that break or time one part by itself, and the store contract.)',
    { path: '^(?:examples|test/(?:rigs|conformance|packed))/', pathNot: INSIDE },
    { path: '^packages/[^/]+/(?:src|dist)/', pathNot: ENTRIES },
  ),
  rule(
    'frameworks-by-type-only',
    'Express, Koa and Nest belong to the host. An adapter that loaded its own copy would patch the wrong one; types cost nothing.',
    { path: '^packages/[^/]+/src/', pathNot: TESTS },
    { path: 'node_modules/(?:@types/)?(?:express|koa|@koa/router|fastify)/', dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'products-do-not-import-proofs',
    'What is published must not need what is not: tests, benches, scripts and examples stay outside.',
    { path: '^packages/[^/]+/src/', pathNot: TESTS },
    { path: ['^(?:test|bench|scripts|examples)/', TESTS] },
  ),
  rule(
    'products-import-declared-dependencies',
    'A dev dependency, or one that another package happens to bring along, is missing on a user’s machine.',
    { path: '^packages/[^/]+/src/', pathNot: TESTS },
    {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      // A peer that is optional is a dev dependency as well, for our own tests.
      dependencyTypesNot: ['type-only', 'npm-peer'],
      pathNot: ['node_modules/@types/'],
    },
  ),
]

const hygiene = [
  rule(
    'no-cycles',
    'Two files that import each other are one file in two places: neither can be read, tested or moved alone. Types count too, because a reader follows those as well.',
    {},
    { circular: true },
  ),
  rule(
    'no-orphans',
    'A file that nobody imports and that imports nobody is dead, or its door was forgotten.',
    {
      orphan: true,
      pathNot: [
        TESTS,
        '\\.d\\.ts$',
        '^packages/[^/]+/src/index\\.ts$',
        '(?:^|/)[^/]+\\.(?:c|m)?js$',
        '^bench/',
        '^scripts/',
        '^test/db/jest-',
      ],
    },
    {},
  ),
  rule(
    'no-unresolvable',
    'An import that resolves to nothing works only where a leftover build lies around.',
    {},
    { couldNotResolve: true },
  ),
  rule(
    'no-deprecated-built-ins',
    'Deprecated built-ins go away with a Node release.',
    {},
    { dependencyTypes: ['core'], path: '^(?:node:)?(?:constants|domain|punycode|sys)$' },
  ),
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...floors, ...walls, ...hygiene],
  options: {
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/dist/'] },
    // The packed consumers resolve what is installed beside them, elsewhere.
    exclude: { path: ['^\\.cache/', '^test/db/postgres/', '^test/packed/[^/]+/', '^tools/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'types', 'default'] },
    skipAnalysisNotInRules: true,
  },
}
