type SqlType =
  | 'bigint'
  | 'bigint[]'
  | 'boolean'
  | 'bytea'
  | 'date'
  | 'inet'
  | 'int'
  | 'int[]'
  | 'json'
  | 'jsonb'
  | 'smallint'
  | 'text'
  | 'timestamptz'
  | 'uuid'
/** A type with `*` for a part of the primary key, `?` for a column that may be null. */
export type ColumnType = SqlType | `${SqlType}*` | `${SqlType}?`

const COUNTS = {
  events: 'bigint',
  failed: 'bigint',
  changes: 'bigint',
  logins: 'bigint',
  kinds: 'int[]',
  counts: 'bigint[]',
} as const
const OWN_COUNTS = { ...COUNTS, events: 'int', failed: 'int', changes: 'int', logins: 'int' } as const

/** Columns of each table, as the migrations made them; a test compares them with the database. */
export const COLUMNS = {
  trail: { one: 'boolean*', id: 'uuid', created_at: 'timestamptz' },
  inbox: { n: 'bigint*', events: 'int', batch: 'json' },
  log_head: { one: 'boolean*', shard: 'int', next_index: 'bigint' },
  workspace_shard: { workspace_id: 'text*', shard: 'int*', first_seq: 'bigint' },
  shard: {
    shard: 'int*',
    state: 'text',
    first_index: 'bigint?',
    last_index: 'bigint?',
    opened_at: 'timestamptz?',
    closed_at: 'timestamptz?',
  },
  event: {
    log_index: 'bigint*',
    workspace_seq: 'bigint',
    occurred_at: 'timestamptz',
    recorded_at: 'timestamptz',
    id: 'uuid',
    shard: 'int*',
    status_code: 'smallint?',
    version: 'smallint',
    intent_id: 'uuid?',
    duration_us: 'bigint?',
    workspace_id: 'text',
    actor_type: 'text?',
    actor_id: 'text?',
    actor_email: 'text?',
    actor_name: 'text?',
    action: 'text',
    verb: 'text',
    resource_type: 'text?',
    resource_id: 'text?',
    resource_name: 'text?',
    issue_id: 'text?',
    project: 'text?',
    result: 'text',
    ip: 'inet?',
    user_agent: 'text?',
    request_id: 'text?',
    trace_id: 'text?',
    source: 'text',
    leaf_hash: 'bytea',
    on_behalf_of: 'jsonb?',
    context: 'jsonb?',
    details: 'jsonb?',
    changes: 'jsonb?',
  },
  rollup_quarter: {
    workspace_id: 'text*',
    quarter: 'timestamptz*',
    action: 'text*',
    verb: 'text*',
    result: 'text*',
    events: 'bigint',
    first_seq: 'bigint',
    last_seq: 'bigint',
  },
  rollup_kind: {
    workspace_id: 'text*',
    action: 'text*',
    verb: 'text*',
    result: 'text*',
    actor_type: 'text*',
    resource_type: 'text*',
    events: 'bigint',
    first_seq: 'bigint',
    last_seq: 'bigint',
    kind: 'int',
  },
  rollup_total_quarter: { workspace_id: 'text*', quarter: 'timestamptz*', pack: 'int*', ...COUNTS },
  rollup_total_day: { workspace_id: 'text*', day: 'date*', pack: 'int*', ...COUNTS },
  rollup_actor_quarter: {
    workspace_id: 'text*',
    quarter: 'timestamptz*',
    actor_type: 'text*',
    actor_id: 'text*',
    pack: 'int*',
    ...OWN_COUNTS,
  },
  rollup_actor_day: {
    workspace_id: 'text*',
    day: 'date*',
    actor_type: 'text*',
    actor_id: 'text*',
    first_seq: 'bigint',
    last_seq: 'bigint',
    pack: 'int*',
    ...OWN_COUNTS,
  },
  rollup_actor_week: {
    workspace_id: 'text*',
    week: 'date*',
    actor_type: 'text*',
    actor_id: 'text*',
    events: 'int',
    failed: 'int',
    changes: 'int',
    logins: 'int',
  },
  rollup_actor: {
    workspace_id: 'text*',
    actor_type: 'text*',
    actor_id: 'text*',
    events: 'bigint',
    first_at: 'timestamptz',
    last_at: 'timestamptz',
    last_login_at: 'timestamptz?',
    email: 'text?',
  },
  rollup_resource_day: {
    workspace_id: 'text*',
    day: 'date*',
    resource_type: 'text*',
    resource_id: 'text*',
    events: 'int',
    failed: 'int',
    changes: 'int',
  },
  rollup_head: { workspace_id: 'text*', next_seq: 'bigint' },
  reader: { name: 'text*', next_index: 'bigint', updated_at: 'timestamptz' },
  quarantine: { n: 'bigint*', quarantined_at: 'timestamptz', reason: 'text', event: 'text' },
} as const satisfies Record<string, Record<string, ColumnType>>
