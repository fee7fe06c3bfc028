/** Who acted. `type` is free text; the usual ones are `user`, `agent`, `service-account`, `api-key`, `system`, `anonymous`. */
export interface Actor {
  readonly type: string
  readonly id?: string
  readonly email?: string
  readonly name?: string
}

/** The principal for whom an actor acted, such as the user behind an agent. */
export interface OnBehalfOf {
  readonly type: string
  readonly id: string
}

/** What was acted on. */
export interface Resource {
  readonly type: string
  readonly id?: string
  readonly name?: string
}

/** Every way an action can end, in the order in which documents list them. */
export const RESULTS = ['success', 'failure', 'denied', 'aborted', 'unknown'] as const

/**
 * How the action ended. `denied` is an authentication or permission refusal, `aborted` a client that left first,
 * `unknown` an accepted request whose process died before the outcome was on disk.
 */
export type Result = (typeof RESULTS)[number]

/** A JSON value as it is stored: no `undefined`, no cycles, finite numbers, well-formed Unicode. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
/** A JSON object as it is stored. */
export type JsonObject = { readonly [key: string]: Json }

/**
 * What a caller hands to `record()`. Only `action` is required. Anything that is not plain JSON is sanitised, anything
 * too long is clipped; secrets are redacted before the event reaches the disk.
 */
export interface EventInput {
  /** UUIDv7, with or without the `evt_` prefix; the idempotency key. Default: a new one. */
  readonly id?: string
  /** Dotted action, such as `issue.updated` or `env.create`. Stored as given, at most 256 bytes. */
  readonly action: string
  /** Upper-case verb shown by the S2 view. Default: derived from the action. */
  readonly verb?: string
  readonly actor?: Actor
  readonly onBehalfOf?: OnBehalfOf
  readonly resource?: Resource
  /** The tenant. Default: `default`. */
  readonly workspace?: string
  readonly project?: string
  /** The issue that the event belongs to, for the per-issue list. */
  readonly issue?: string
  /** Default: `success`. */
  readonly result?: Result
  /** HTTP status, 100–599. */
  readonly statusCode?: number
  readonly ip?: string
  readonly userAgent?: string
  readonly requestId?: string
  /** W3C trace id: 32 lower-case hex digits. */
  readonly traceId?: string
  /** The id of the intent that this event reports on, when it has an id of its own. */
  readonly intentId?: string
  /** Which door the event came through: `http`, `record`, `job`, `import`, … Default: `record`. */
  readonly source?: string
  /** When it happened; a number is in ms since 1970. Default: now. */
  readonly occurredAt?: Date | string | number
  /** How long it took, in whole microseconds. */
  readonly durationUs?: number
  readonly context?: Readonly<Record<string, unknown>>
  readonly details?: Readonly<Record<string, unknown>>
  /** `{ field: value }` or `{ field: { old, new } }`; views show what was given. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/**
 * One event as a flat row: the exact columns of the log, and, in canonical form (RFC 8785, absent fields left out), the
 * bytes that the leaf hash covers. `occurred_at` is in milliseconds since 1970, `duration_us` in whole microseconds.
 */
export interface EventRow {
  /** Version of this shape. */
  readonly v: 1
  readonly id: string
  readonly occurred_at: number
  readonly workspace_id: string
  readonly actor_type?: string
  readonly actor_id?: string
  readonly actor_email?: string
  readonly actor_name?: string
  readonly on_behalf_of?: JsonObject
  readonly action: string
  readonly verb: string
  readonly resource_type?: string
  readonly resource_id?: string
  readonly resource_name?: string
  readonly issue_id?: string
  readonly project?: string
  readonly result: Result
  readonly status_code?: number
  readonly ip?: string
  readonly user_agent?: string
  readonly request_id?: string
  readonly trace_id?: string
  readonly intent_id?: string
  readonly source: string
  readonly duration_us?: number
  readonly context?: JsonObject
  readonly details?: JsonObject
  readonly changes?: JsonObject
}

/** An event as it is read from the log: the row, its place, and the time it was sequenced (ms since 1970). */
export interface StoredEvent extends EventRow {
  /** Place in the whole log, contiguous from 0. */
  readonly log_index: number
  /** Place within its workspace, contiguous from 0. */
  readonly workspace_seq: number
  readonly recorded_at: number
  /** SHA-256 leaf hash, lower-case hex. */
  readonly leaf_hash: string
}
