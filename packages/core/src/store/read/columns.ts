import type { StoredEvent } from '../../model/event'

// Computed in SQL, so that neither a role's DateStyle or bytea_output nor the driver's parsers can change what is read.
// `floor`, because recorded_at has microseconds; host(), because inet's own text carries a mask.
const EXPRESSIONS: Readonly<Record<string, string>> = {
  v: 'e.version',
  occurred_at: 'floor(extract(epoch from e.occurred_at) * 1000)::bigint',
  recorded_at: 'floor(extract(epoch from e.recorded_at) * 1000)::bigint',
  ip: 'host(e.ip)',
  leaf_hash: `encode(e.leaf_hash, 'hex')`,
}

const NAMES = [
  ...['v', 'id', 'log_index', 'workspace_id', 'workspace_seq', 'occurred_at', 'recorded_at'],
  ...['actor_type', 'actor_id', 'actor_email', 'actor_name', 'on_behalf_of', 'action', 'verb'],
  ...['resource_type', 'resource_id', 'resource_name', 'issue_id', 'project', 'result', 'status_code'],
  ...['ip', 'user_agent', 'request_id', 'trace_id', 'intent_id', 'source', 'duration_us'],
  ...['context', 'details', 'changes', 'leaf_hash'],
]

/** What a list selects from a shard named `e`: every member of a {@link StoredEvent}. */
export const EVENT_COLUMNS = NAMES.map((name) => `${EXPRESSIONS[name] ?? `e.${name}`} as ${name}`).join(', ')

/** A row as the driver gives it: `null` where the event has nothing. */
export type DatabaseRow = Readonly<Record<string, unknown>>

/** The event behind a row of {@link EVENT_COLUMNS}: the same members in the same order, without those that are null. */
export function toStoredEvent(row: DatabaseRow): StoredEvent {
  const event: Record<string, unknown> = {}
  for (const name of NAMES) {
    const value = row[name]
    if (value !== null && value !== undefined) event[name] = value
  }
  return event as unknown as StoredEvent
}
