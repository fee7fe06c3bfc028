/** A feature of a system that users have today, and what shows that ours has it. */
export type Feature =
  | readonly [feature: string, state: 'later']
  /** A test: its file, and its name (or its row, in a table of cases) as it stands there. */
  | readonly [feature: string, file: string, test: string]

/** One of those systems. */
export interface Seed {
  readonly name: string
  readonly title: string
  readonly features: readonly Feature[]
}

const HTTP = 'packages/core/src/http'

/** Test files that show much. */
export const FILES = {
  access: `${HTTP}/access.test.ts`,
  analytics: `${HTTP}/analytics.test.ts`,
  cli: 'test/cli/mounted.db.test.ts',
  cliProcess: 'test/cli/process.test.ts',
  action: 'packages/core/src/model/action.test.ts',
  bearer: `${HTTP}/bearer.test.ts`,
  capture: 'packages/core/src/capture/capture.test.ts',
  entityTag: `${HTTP}/entity-tag.test.ts`,
  export: `${HTTP}/export.test.ts`,
  filterText: 'packages/core/src/filter/filter-text.test.ts',
  answered: 'packages/testkit/src/adapter/cases-answered.ts',
  annotated: 'packages/testkit/src/adapter/cases-annotated.ts',
  refused: 'packages/testkit/src/adapter/cases-refused.ts',
  router: 'packages/testkit/src/adapter/router-cases.ts',
  list: `${HTTP}/list.test.ts`,
  newEvent: `${HTTP}/new-event.test.ts`,
  normalForm: 'packages/core/src/ledger/normal-form.test.ts',
  operations: 'packages/core/src/health/operations.db.test.ts',
  query: 'packages/core/src/query/query.db.test.ts',
  seeds: `${HTTP}/seeds.test.ts`,
  stream: `${HTTP}/stream.test.ts`,
  streamRig: 'test/rigs/stream/stream.test.ts',
  tamper: 'test/rigs/tamper/tamper.test.ts',
  tenants: `${HTTP}/tenants.test.ts`,
  userAgent: 'packages/core/src/model/user-agent.test.ts',
  verb: 'packages/core/src/model/verb.test.ts',
  views: 'packages/core/src/model/views.test.ts',
} as const
