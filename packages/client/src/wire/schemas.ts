// Written by `npm run check -- client --update` from the API’s own schemas; do not edit.
/* eslint max-lines: "off" */

/** Why a request was not answered (RFC 9457). */
export interface Problem {
  /** `urn:actrail:problem:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What happened. */
  readonly detail: string
  /** Stable across releases. */
  readonly code:
    | 'ERR_PARAMETER_UNKNOWN'
    | 'ERR_PARAMETER_REPEATED'
    | 'ERR_PARAMETER_INVALID'
    | 'ERR_PARAMETER_CONFLICT'
    | 'ERR_CURSOR_INVALID'
    | 'ERR_OFFSET_TOO_DEEP'
    | 'ERR_WORKSPACE_AMBIGUOUS'
    | 'ERR_BODY_INVALID'
    | 'ERR_CREDENTIALS_MISSING'
    | 'ERR_CREDENTIALS_REFUSED'
    | 'ERR_AUTHORIZE_MISSING'
    | 'ERR_PERMISSION_MISSING'
    | 'ERR_WORKSPACE_FORBIDDEN'
    | 'ERR_ROUTE_UNKNOWN'
    | 'ERR_EVENT_NOT_FOUND'
    | 'ERR_METHOD_UNKNOWN'
    | 'ERR_BODY_TOO_LARGE'
    | 'ERR_BODY_NOT_JSON'
    | 'ERR_API_FAILED'
    | 'ERR_AUTHORIZE_FAILED'
    | 'ERR_API_SLOW'
    | 'ERR_JOURNAL_UNAVAILABLE'
    | 'ERR_STORE_UNAVAILABLE'
  /** The parameter at fault. */
  readonly parameter?: string
  /** What to do about it. */
  readonly remedy?: string
}

/** One entry of a workspace or an issue. */
export interface WorkspaceActivityEntry {
  /** Unique id: `evt_` and a UUIDv7. */
  readonly id: string
  readonly workspace_id: string
  readonly issue_id: string | null
  readonly actor_type: string
  readonly actor_id: string | null
  /** Dotted action, as recorded. */
  readonly action: string
  /** What was recorded, and the new values of changed fields. */
  readonly details: Readonly<Record<string, unknown>>
  /** When it happened: UTC, without a zone. */
  readonly created_at: string
}

/** One entry of the audit log. */
export interface AuditLogEntry {
  /** Unique id: `evt_` and a UUIDv7. */
  readonly id: string
  /** The verb, in upper case. */
  readonly action: string
  /** In upper case. */
  readonly resource_type?: string
  readonly resource_id?: string
  readonly user_id?: string
  readonly user_email: string | null
  /** When it happened, in UTC. */
  readonly timestamp: string
  readonly ip_address?: string
  readonly user_agent?: string
  /** With `changed_fields`, `old_value`, `new_value` where something changed. */
  readonly details: Readonly<Record<string, unknown>>
  readonly status: 'SUCCESS' | 'FAILED'
}

/** One event in full. */
export interface ActivityEvent {
  /** Unique id: `evt_` and a UUIDv7. */
  readonly id: string
  /** When it happened, in UTC. */
  readonly timestamp: string
  /** Dotted action, as recorded. */
  readonly action: string
  readonly actor: {
    readonly type: string
    readonly id?: string
    readonly email?: string
    readonly name?: string
    readonly ip_address?: string
  }
  /** The principal for whom the actor acted. */
  readonly on_behalf_of?: Readonly<Record<string, unknown>>
  readonly resource?: {
    readonly type?: string
    readonly id?: string
    readonly name?: string
  }
  /** `project`, `organization` (the workspace), `source`, and what was recorded. */
  readonly context: Readonly<Record<string, unknown>>
  /** Changed fields: new values, or `{ old, new }`, as recorded. */
  readonly changes?: Readonly<Record<string, unknown>>
  readonly details?: Readonly<Record<string, unknown>>
  readonly result: 'success' | 'failure' | 'denied' | 'aborted' | 'unknown'
  readonly user_agent?: {
    /** As sent, to its 512th byte. */
    readonly raw: string
    readonly browser: {
      readonly name: string
      readonly version: string | null
    } | null
    readonly os: {
      readonly name: string
      readonly version: string | null
    } | null
    readonly device: {
      readonly type: string | null
      readonly vendor: string | null
      readonly model: string | null
    } | null
  }
  readonly issue_id?: string
  readonly status_code?: number
  /** Duration in microseconds. */
  readonly duration_us?: number
  readonly request_id?: string
  /** W3C trace id. */
  readonly trace_id?: string
  /** The id of the request that this event reports on. */
  readonly intent_id?: string
}

/** An event as another service tells it. */
export interface NewEvent {
  /** A UUIDv7, with or without `evt_`. The same event sent again with the same id is stored once. */
  readonly id?: string | undefined
  /** When it happened, RFC 3339. Default: now. */
  readonly timestamp?: string | undefined
  /** Dotted action. */
  readonly action: string
  /** Who acted. Default: the credentials of the request. */
  readonly actor?:
    | {
        /** Such as `user`, `agent`, `service-account`, `system`. */
        readonly type: string
        /** Its id. */
        readonly id?: string | undefined
        /** Its e-mail address. */
        readonly email?: string | undefined
        /** Its name. */
        readonly name?: string | undefined
        /** Where it came from. */
        readonly ip_address?: string | undefined
      }
    | undefined
  /** The principal for whom the actor acted. */
  readonly on_behalf_of?:
    | {
        /** Its type. */
        readonly type: string
        /** Its id. */
        readonly id: string
      }
    | undefined
  /** What was acted on. */
  readonly resource?:
    | {
        /** Its type. */
        readonly type: string
        /** Its id. */
        readonly id?: string | undefined
        /** Its name. */
        readonly name?: string | undefined
      }
    | undefined
  /** The project. */
  readonly project?: string | undefined
  /** The issue that the event belongs to. */
  readonly issue_id?: string | undefined
  /** How it ended. Default: `success`. */
  readonly result?: 'success' | 'failure' | 'denied' | 'aborted' | 'unknown' | undefined
  /** Where and how it happened. */
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** `{ field: value }` or `{ field: { old, new } }`. */
  readonly changes?: Readonly<Record<string, unknown>> | undefined
  /** Whatever else belongs to it. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** As the client sent it. */
  readonly user_agent?: string | undefined
  /** HTTP status. */
  readonly status_code?: number | undefined
  /** Duration in microseconds. */
  readonly duration_us?: number | undefined
  /** Id of the request. */
  readonly request_id?: string | undefined
  /** W3C trace id. */
  readonly trace_id?: string | undefined
}
