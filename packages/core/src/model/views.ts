import { fieldChanges } from './changes'
import type { Json, JsonObject, Result, StoredEvent } from './event'
import { showId } from './id'
import { showInstant, showInstantWithoutZone } from './instant'
import { readUserAgent, type UserAgent, type UserAgentReader } from './user-agent'

/** The S1 view: the detail record. Members that the event lacks are left out. */
export interface S1Event {
  readonly id: string
  /** RFC 3339 in UTC. */
  readonly timestamp: string
  readonly action: string
  readonly actor: {
    readonly type: string
    readonly id?: string
    readonly email?: string
    readonly name?: string
    readonly ip_address?: string
  }
  readonly on_behalf_of?: JsonObject
  readonly resource?: { readonly type?: string; readonly id?: string; readonly name?: string }
  /** What was recorded as context, with `project`, `organization` (the workspace) and `source` in front. */
  readonly context: JsonObject
  readonly changes?: JsonObject
  readonly details?: JsonObject
  readonly result: Result
  readonly user_agent?: UserAgent
  readonly issue_id?: string
  readonly status_code?: number
  readonly duration_us?: number
  readonly request_id?: string
  readonly trace_id?: string
  readonly intent_id?: string
}

/** The S2 view: an audit log entry. `user_email` is always there, the other members only when known. */
export interface S2Entry {
  readonly id: string
  /** The verb: CREATE, UPDATE, DELETE, LOGIN, LOGIN_FAILED, … */
  readonly action: string
  /** In upper case. */
  readonly resource_type?: string
  readonly resource_id?: string
  readonly user_id?: string
  readonly user_email: string | null
  /** RFC 3339 in UTC. */
  readonly timestamp: string
  readonly ip_address?: string
  readonly user_agent?: string
  readonly details: JsonObject
  readonly status: S2Status
}

/** How the S2 view and its filter sum up a result. */
export type S2Status = 'SUCCESS' | 'FAILED'

/** The S3 view: an activity entry. All members are always there. */
export interface S3Entry {
  readonly id: string
  readonly workspace_id: string
  readonly issue_id: string | null
  readonly actor_type: string
  readonly actor_id: string | null
  readonly action: string
  readonly details: JsonObject
  /** UTC without a zone: clients of this shape compare it with a clock that has none. */
  readonly created_at: string
}

/**
 * Shows an event as the S1 detail record; `changes` as they were given.
 *
 * @param read how to read the user agent; give one from `createUserAgentReader` when showing many events
 */
export function toS1(event: StoredEvent, read: UserAgentReader = readUserAgent): S1Event {
  return present({
    id: showId(event.id),
    timestamp: showInstant(event.occurred_at),
    action: event.action,
    actor: present({
      type: event.actor_type ?? 'anonymous',
      id: event.actor_id,
      email: event.actor_email,
      name: event.actor_name,
      ip_address: event.ip,
    }),
    on_behalf_of: event.on_behalf_of,
    resource: resourceOf(event),
    context: contextOf(event),
    changes: event.changes,
    details: event.details,
    result: event.result,
    user_agent: event.user_agent === undefined ? undefined : read(event.user_agent),
    issue_id: event.issue_id,
    status_code: event.status_code,
    duration_us: event.duration_us,
    request_id: event.request_id,
    trace_id: event.trace_id,
    intent_id: event.intent_id === undefined ? undefined : showId(event.intent_id),
  })
}

/** Shows an event as an S2 entry: the verb, SUCCESS or FAILED, and what changed inside `details`. */
export function toS2(event: StoredEvent): S2Entry {
  return present({
    id: showId(event.id),
    action: event.verb,
    resource_type: event.resource_type?.toUpperCase(),
    resource_id: event.resource_id,
    user_id: event.actor_id,
    user_email: event.actor_email ?? null,
    timestamp: showInstant(event.occurred_at),
    ip_address: event.ip,
    user_agent: event.user_agent,
    details: { ...changeSummary(event.changes), ...event.details },
    status: statusOf(event.result),
  })
}

/** Shows an event as an S3 entry; the new values of changed fields stand among the details. */
export function toS3(event: StoredEvent): S3Entry {
  const changed = Object.fromEntries(fieldChanges(event.changes).map((change) => [change.field, change.new ?? null]))
  return {
    id: showId(event.id),
    workspace_id: event.workspace_id,
    issue_id: event.issue_id ?? null,
    actor_type: event.actor_type ?? 'anonymous',
    actor_id: event.actor_id ?? null,
    action: event.action,
    details: { ...changed, ...event.details },
    created_at: showInstantWithoutZone(event.occurred_at),
  }
}

/** SUCCESS for `success`, FAILED for everything else. */
export function statusOf(result: Result): S2Status {
  return result === 'success' ? 'SUCCESS' : 'FAILED'
}

function resourceOf(event: StoredEvent): S1Event['resource'] {
  const resource = present({ type: event.resource_type, id: event.resource_id, name: event.resource_name })
  return Object.keys(resource).length > 0 ? resource : undefined
}

function contextOf(event: StoredEvent): JsonObject {
  const columns = present({ project: event.project, organization: event.workspace_id, source: event.source })
  // The columns decide: a context may not claim another organization. They also come first.
  return { ...columns, ...event.context, ...columns }
}

function changeSummary(changes: JsonObject | undefined): JsonObject {
  const fields = fieldChanges(changes)
  if (fields.length === 0) return {}
  const side = (name: 'old' | 'new'): Json | undefined => {
    if (fields.every((change) => change[name] === undefined)) return undefined
    return fields.length === 1 ? fields[0]![name]! : fields.map((change) => change[name] ?? null)
  }
  return present({
    changed_fields: fields.map((change) => change.field),
    old_value: side('old'),
    new_value: side('new'),
  })
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Leaves out what is undefined: a member that is absent differs from one that is null, in JSON and in types. */
function present<T extends object>(value: T): Present<T>
function present(value: Record<string, unknown>): object {
  for (const key of Object.keys(value)) if (value[key] === undefined) delete value[key]
  return value
}
