// Written by `npm run check -- client --update` from the API’s own schemas; do not edit.
/* eslint max-lines: "off" */

import type { WorkspaceActivityEntry, AuditLogEntry, ActivityEvent, NewEvent } from './schemas.js'

/** What each endpoint takes and answers, by its name in the API’s OpenAPI document. */
export interface Operations {
  /** All activity of a workspace, newest first. */
  readonly listWorkspaceActivity: {
    readonly query: {
      /** Entries on a page. Default: 50. */
      readonly limit?: number | undefined
      /** Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them. Default: 0. */
      readonly offset?: number | undefined
      /** Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`. */
      readonly cursor?: string | undefined
    }
    readonly answer: readonly WorkspaceActivityEntry[]
  }
  /** The activity of one issue, newest first. */
  readonly listIssueActivity: {
    readonly query: {
      /** Entries on a page. Default: 50. */
      readonly limit?: number | undefined
      /** Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them. Default: 0. */
      readonly offset?: number | undefined
      /** Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`. */
      readonly cursor?: string | undefined
    }
    readonly answer: readonly WorkspaceActivityEntry[]
  }
  /** What one user did, newest first. */
  readonly listUserActivity: {
    readonly query: {
      /** A verb such as `LOGIN`, in any case; an action as recorded; or a glob over recorded actions. */
      readonly action?: string | undefined
      /** Type of the resource, in any case. */
      readonly resource_type?: string | undefined
      /** Id of the resource. */
      readonly resource_id?: string | undefined
      /** `FAILED` is every result but success. */
      readonly status?: 'SUCCESS' | 'FAILED' | undefined
      /** Address of the client, IPv4 or IPv6, in any notation. */
      readonly ip_address?: string | undefined
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. */
      readonly start_date?: string | undefined
      /** Not later than this; a date includes its whole day. */
      readonly end_date?: string | undefined
      /** A piece of text within the action, the actor or the resource, whatever the case of ASCII letters. */
      readonly search?: string | undefined
      /** Entries on a page. Default: 50. */
      readonly limit?: number | undefined
      /** Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them. Default: 0. */
      readonly offset?: number | undefined
      /** Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`. */
      readonly cursor?: string | undefined
      /** The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`. */
      readonly workspace?: string | undefined
    }
    readonly answer: {
      readonly items: readonly AuditLogEntry[]
      /** Number of matching events; `null` across workspaces. */
      readonly total: number | null
      /** Present when `total` is a floor: counting all would have taken too long. */
      readonly total_relation?: 'at_least'
      readonly limit: number
      readonly offset: number
    }
  }
  /** The audit log of a workspace, newest first. */
  readonly listAuditLogs: {
    readonly query: {
      /** A verb such as `LOGIN`, in any case; an action as recorded; or a glob over recorded actions. */
      readonly action?: string | undefined
      /** Type of the resource, in any case. */
      readonly resource_type?: string | undefined
      /** Id of the resource. */
      readonly resource_id?: string | undefined
      /** `FAILED` is every result but success. */
      readonly status?: 'SUCCESS' | 'FAILED' | undefined
      /** Address of the client, IPv4 or IPv6, in any notation. */
      readonly ip_address?: string | undefined
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. */
      readonly start_date?: string | undefined
      /** Not later than this; a date includes its whole day. */
      readonly end_date?: string | undefined
      /** A piece of text within the action, the actor or the resource, whatever the case of ASCII letters. */
      readonly search?: string | undefined
      /** Id of the actor. */
      readonly user_id?: string | undefined
      /** E-mail address of the actor. */
      readonly user_email?: string | undefined
      /** Entries on a page. Default: 50. */
      readonly limit?: number | undefined
      /** Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them. Default: 0. */
      readonly offset?: number | undefined
      /** Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`. */
      readonly cursor?: string | undefined
      /** The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`. */
      readonly workspace?: string | undefined
    }
    readonly answer: {
      readonly items: readonly AuditLogEntry[]
      /** Number of matching events; `null` across workspaces. */
      readonly total: number | null
      /** Present when `total` is a floor: counting all would have taken too long. */
      readonly total_relation?: 'at_least'
      readonly limit: number
      readonly offset: number
    }
  }
  /** The events of a workspace in full, newest first. */
  readonly listActivity: {
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** An action as recorded, a glob over recorded actions (`env.*`, `*.create`), or a verb (`create`). Repeatable: any of them. */
      readonly action?: readonly string[] | undefined
      /** A type of actor (`system`), or a type and an id (`service-account:ci-pipeline`). */
      readonly actor?: string | undefined
      /** The actor by e-mail address or by id. */
      readonly user?: string | undefined
      /** An environment, by id or by name. */
      readonly env?: string | undefined
      /** The project. */
      readonly project?: string | undefined
      /** Type of the resource, in any case. */
      readonly resource_type?: string | undefined
      /** The resource, by id or by name. */
      readonly resource?: string | undefined
      /** How the action ended. */
      readonly result?: 'success' | 'failure' | 'denied' | 'aborted' | 'unknown' | undefined
      /** A piece of text within the action, the actor or the resource, whatever the case of ASCII letters. */
      readonly search?: string | undefined
      /** Conditions joined by `and`, beside what the other parameters ask for: a field (`action`, `actor`, `actor.type`, `actor.id`, `actor.email`, `actor.ip_address`, `user`, `resource`, `resource.type`, `resource.id`, `env`, `project`, `issue_id`, `result`, `timestamp`), `=` or `!=`, and a value, in quotes if it has blanks or signs in it. `timestamp` also takes `<`, `<=`, `>` and `>=`. `!=` finds events that lack the field, too. */
      readonly filter?: string | undefined
      /** Entries on a page. Default: 50. */
      readonly limit?: number | undefined
      /** Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them. Default: 0. */
      readonly offset?: number | undefined
      /** Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`. */
      readonly cursor?: string | undefined
      /** The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`. */
      readonly workspace?: string | undefined
    }
    readonly answer: {
      readonly items: readonly ActivityEvent[]
      /** Number of matching events; `null` across workspaces. */
      readonly total: number | null
      /** Present when `total` is a floor: counting all would have taken too long. */
      readonly total_relation?: 'at_least'
      readonly limit: number
      readonly offset: number
      /** The `cursor` of the next page; `null` on the last one. */
      readonly next_cursor: string | null
    }
  }
  /** The events of a workspace as they come, oldest first, as Server-Sent Events. */
  readonly streamActivity: {
    readonly query: {
      /** An action as recorded, a glob over recorded actions (`env.*`, `*.create`), or a verb (`create`). Repeatable: any of them. */
      readonly action?: readonly string[] | undefined
      /** A type of actor (`system`), or a type and an id (`service-account:ci-pipeline`). */
      readonly actor?: string | undefined
      /** The actor by e-mail address or by id. */
      readonly user?: string | undefined
      /** An environment, by id or by name. */
      readonly env?: string | undefined
      /** The project. */
      readonly project?: string | undefined
      /** Type of the resource, in any case. */
      readonly resource_type?: string | undefined
      /** The resource, by id or by name. */
      readonly resource?: string | undefined
      /** How the action ended. */
      readonly result?: 'success' | 'failure' | 'denied' | 'aborted' | 'unknown' | undefined
      /** A piece of text within the action, the actor or the resource, whatever the case of ASCII letters. */
      readonly search?: string | undefined
      /** Conditions joined by `and`, beside what the other parameters ask for: a field (`action`, `actor`, `actor.type`, `actor.id`, `actor.email`, `actor.ip_address`, `user`, `resource`, `resource.type`, `resource.id`, `env`, `project`, `issue_id`, `result`, `timestamp`), `=` or `!=`, and a value, in quotes if it has blanks or signs in it. `timestamp` also takes `<`, `<=`, `>` and `>=`. `!=` finds events that lack the field, too. */
      readonly filter?: string | undefined
      /** Begin behind this event; what the header `Last-Event-ID` says for clients that cannot set headers. */
      readonly after?: string | undefined
      /** The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`. */
      readonly workspace?: string | undefined
    }
    readonly answer: ActivityEvent
  }
  /** All events that a filter finds, as a file, newest first. */
  readonly exportActivity: {
    readonly query: {
      /** A table, one JSON array, or one JSON object a line. Default: "csv". */
      readonly format?: 'csv' | 'json' | 'ndjson' | undefined
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** An action as recorded, a glob over recorded actions (`env.*`, `*.create`), or a verb (`create`). Repeatable: any of them. */
      readonly action?: readonly string[] | undefined
      /** A type of actor (`system`), or a type and an id (`service-account:ci-pipeline`). */
      readonly actor?: string | undefined
      /** The actor by e-mail address or by id. */
      readonly user?: string | undefined
      /** An environment, by id or by name. */
      readonly env?: string | undefined
      /** The project. */
      readonly project?: string | undefined
      /** Type of the resource, in any case. */
      readonly resource_type?: string | undefined
      /** The resource, by id or by name. */
      readonly resource?: string | undefined
      /** How the action ended. */
      readonly result?: 'success' | 'failure' | 'denied' | 'aborted' | 'unknown' | undefined
      /** A piece of text within the action, the actor or the resource, whatever the case of ASCII letters. */
      readonly search?: string | undefined
      /** Conditions joined by `and`, beside what the other parameters ask for: a field (`action`, `actor`, `actor.type`, `actor.id`, `actor.email`, `actor.ip_address`, `user`, `resource`, `resource.type`, `resource.id`, `env`, `project`, `issue_id`, `result`, `timestamp`), `=` or `!=`, and a value, in quotes if it has blanks or signs in it. `timestamp` also takes `<`, `<=`, `>` and `>=`. `!=` finds events that lack the field, too. */
      readonly filter?: string | undefined
      /** Continue after this event (`evt_…`), or after an earlier page of the list. */
      readonly cursor?: string | undefined
      /** The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`. */
      readonly workspace?: string | undefined
    }
    readonly answer: readonly ActivityEvent[]
  }
  /** One event in full. */
  readonly getActivity: {
    readonly answer: ActivityEvent
  }
  /** Records an event that happened elsewhere: in another service, in another language. */
  readonly recordEvent: {
    readonly query: {
      /** The workspace to record in; needed when the credentials reach several. */
      readonly workspace?: string | undefined
    }
    readonly body: NewEvent
    readonly answer: {
      readonly id: string
    }
  }
  /** Whether recording and reading work. */
  readonly getHealth: {
    readonly answer: {
      /** `degraded`: there is trouble, nothing is lost, the host serves on. `failing`: events are being lost. */
      readonly status: 'ok' | 'degraded' | 'failing'
      readonly [member: string]: unknown
    }
  }
  /** This document. */
  readonly getOpenApi: {
    readonly answer: {
      readonly openapi: '3.1.0'
      readonly [member: string]: unknown
    }
  }
}
