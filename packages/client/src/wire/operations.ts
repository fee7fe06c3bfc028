// Written by `npm run check -- client --update` from the API’s own schemas; do not edit.
/* eslint max-lines: "off" */

import type { WorkspaceActivityEntry, AuditLogEntry, ActivityEvent, NewEvent } from './schemas.js'

/** Where each endpoint is, what it takes and what it answers, by its name in the API’s OpenAPI document. */
export interface Operations {
  /** All activity of a workspace, newest first. */
  readonly listWorkspaceActivity: {
    readonly path: '/workspaces/{ws_id}/activity'
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
    readonly path: '/workspaces/{ws_id}/issues/{issue_id}/activity'
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
    readonly path: '/users/{user_id}/activity'
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
    readonly path: '/audit-logs/'
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
    readonly path: '/activity'
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
    readonly path: '/activity/stream'
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
    readonly path: '/activity/export'
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
  /** What happened in a workspace: by verb, action, result and type of resource. */
  readonly summariseActivity: {
    readonly path: '/activity/summary'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** Entries of a list at most. Default: 50. */
      readonly limit?: number | undefined
    }
    readonly answer: {
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      /** Events. */
      readonly total: number
      /** Events with another result than success. */
      readonly failed: number
      readonly changes: {
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly total: number
        readonly created: number
        readonly updated: number
        readonly deleted: number
      }
      /** Events by result. */
      readonly results: Readonly<Record<string, unknown>>
      /** The most frequent verbs. */
      readonly verbs: readonly {
        readonly verb: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
      }[]
      /** The most frequent actions: which features are used. */
      readonly actions: readonly {
        readonly action: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
      }[]
      /** The types of resources that were worked with most. */
      readonly resource_types: readonly {
        readonly resource_type: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
      }[]
    }
  }
  /** One event in full. */
  readonly getActivity: {
    readonly path: '/activity/{id}'
    readonly answer: ActivityEvent
  }
  /** What one user did: by verb, action, result and type of resource, and over time. */
  readonly summariseUser: {
    readonly path: '/users/{user_id}/summary'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** What the timeline is cut into, by the clocks of `time_zone`. Default: "day". */
      readonly interval?: 'hour' | 'day' | undefined
      /** Time zone of the hours and days, by its IANA name. Default: "UTC". */
      readonly time_zone?: string | undefined
      /** Entries of a list at most. Default: 50. */
      readonly limit?: number | undefined
    }
    readonly answer: {
      readonly user_id: string
      /** The address that was recorded last. */
      readonly user_email: string | null
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      /** Events. */
      readonly total: number
      /** Events with another result than success. */
      readonly failed: number
      readonly changes: {
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly total: number
        readonly created: number
        readonly updated: number
        readonly deleted: number
      }
      /** Events by result. */
      readonly results: Readonly<Record<string, unknown>>
      /** The most frequent verbs. */
      readonly verbs: readonly {
        readonly verb: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
      }[]
      /** The most frequent actions: which features are used. */
      readonly actions: readonly {
        readonly action: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
      }[]
      /** The types of resources that were worked with most. */
      readonly resource_types: readonly {
        readonly resource_type: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
      }[]
      /** Events of all times. */
      readonly total_ever: number
      readonly first_seen: string | null
      readonly last_seen: string | null
      /** `null` when no login was recorded. */
      readonly last_login: string | null
      readonly time_zone: string
      readonly interval: 'hour' | 'day'
      /** All hours or days of the stretch, oldest first, empty ones too. The first and the last may be cut. */
      readonly timeline: readonly {
        /** In the time zone that was asked for. */
        readonly start: string
        readonly end: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
        /** LOGIN that succeeded. */
        readonly logins: number
      }[]
    }
  }
  /** How much happened in each hour or on each day, by the clocks of a time zone. */
  readonly readTimeline: {
    readonly path: '/analytics/timeline'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** What the timeline is cut into, by the clocks of `time_zone`. Default: "day". */
      readonly interval?: 'hour' | 'day' | undefined
      /** Time zone of the hours and days, by its IANA name. Default: "UTC". */
      readonly time_zone?: string | undefined
    }
    readonly answer: {
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      readonly time_zone: string
      readonly interval: 'hour' | 'day'
      /** All hours or days of the stretch, oldest first, empty ones too. The first and the last may be cut. */
      readonly items: readonly {
        /** In the time zone that was asked for. */
        readonly start: string
        readonly end: string
        /** Events. */
        readonly total: number
        /** Events with another result than success. */
        readonly failed: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
        /** LOGIN that succeeded. */
        readonly logins: number
      }[]
    }
  }
  /** How much happened in each hour of the week, by the clocks of a time zone. */
  readonly readPeakHours: {
    readonly path: '/analytics/peak-hours'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** Time zone of the hours and days, by its IANA name. Default: "UTC". */
      readonly time_zone?: string | undefined
    }
    readonly answer: {
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      readonly time_zone: string
      readonly items: readonly {
        readonly weekday: 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'
        readonly hour: number
        /** Events. */
        readonly total: number
      }[]
    }
  }
  /** The resources with the most activity, or with the most changes. */
  readonly rankResources: {
    readonly path: '/analytics/resources'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** Only of this type, in any case. */
      readonly resource_type?: string | undefined
      /** What they are ranked by. Default: "total". */
      readonly by?: 'total' | 'changes' | 'failed' | undefined
      /** Entries of a list at most. Default: 50. */
      readonly limit?: number | undefined
    }
    readonly answer: {
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      /** Resources with any event. */
      readonly active_resources: number
      readonly items: readonly {
        readonly resource_type: string
        readonly resource_id: string
        /** Events. */
        readonly total: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
        /** Events with another result than success. */
        readonly failed: number
      }[]
    }
  }
  /** How many users were active, and the most or the least active of them. */
  readonly rankUsers: {
    readonly path: '/analytics/users'
    readonly query: {
      /** Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end. */
      readonly from?: string | undefined
      /** Not later than this; a date includes its whole day. Default: now. */
      readonly to?: string | undefined
      /** Another name of `from`, usually with a duration. */
      readonly since?: string | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
      /** The type of actors that is meant. Default: "user". */
      readonly actor_type?: string | undefined
      /** What they are ranked by. Default: "total". */
      readonly by?: 'total' | 'changes' | 'failed' | 'logins' | undefined
      /** Which end of the ranking comes first. Default: "most". */
      readonly order?: 'most' | 'least' | undefined
      /** Entries of a list at most. Default: 50. */
      readonly limit?: number | undefined
    }
    readonly answer: {
      /** The stretch that is counted: the one asked for, rounded outwards. */
      readonly period: {
        readonly from: string
        /** Not part of it any more. */
        readonly to: string
      }
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      /** Actors of that type with any event. */
      readonly active_users: number
      /** Those of them that logged in. */
      readonly users_logged_in: number
      readonly items: readonly {
        readonly user_id: string
        readonly user_type: string
        /** The address that was recorded last. */
        readonly user_email: string | null
        /** Events. */
        readonly total: number
        /** CREATE, UPDATE and DELETE that succeeded. */
        readonly changes: number
        /** Events with another result than success. */
        readonly failed: number
        /** LOGIN that succeeded. */
        readonly logins: number
        readonly first_seen: string | null
        readonly last_seen: string | null
        /** `null` when no login was recorded. */
        readonly last_login: string | null
      }[]
    }
  }
  /** Users that were seen before and not lately, who is gone for longest first. */
  readonly listInactiveUsers: {
    readonly path: '/analytics/users/inactive'
    readonly query: {
      /** Not seen from this time on: a duration back from now (from the quarter of an hour that has begun), or a time of RFC 3339. Default: 30 days. */
      readonly since?: string | undefined
      /** What counts as being seen: any event, or only a login; then who never logged in is inactive, too. Default: "activity". */
      readonly by?: 'activity' | 'login' | undefined
      /** The type of actors that is meant. Default: "user". */
      readonly actor_type?: string | undefined
      /** Entries of a list at most. Default: 50. */
      readonly limit?: number | undefined
      /** The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`. */
      readonly workspace?: string | undefined
    }
    readonly answer: {
      readonly since: string
      /** Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact. */
      readonly as_of: number
      /** Events in the log that are not counted yet; usually those of the last second. */
      readonly behind: number
      readonly inactive_users: number
      readonly items: readonly {
        readonly user_id: string
        readonly user_type: string
        /** The address that was recorded last. */
        readonly user_email: string | null
        readonly first_seen: string | null
        readonly last_seen: string | null
        /** `null` when no login was recorded. */
        readonly last_login: string | null
      }[]
    }
  }
  /** Records an event that happened elsewhere: in another service, in another language. */
  readonly recordEvent: {
    readonly path: '/events'
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
    readonly path: '/health'
    readonly answer: {
      /** `degraded`: there is trouble, nothing is lost, the host serves on. `failing`: events are being lost. */
      readonly status: 'ok' | 'degraded' | 'failing'
      readonly [member: string]: unknown
    }
  }
  /** This document. */
  readonly getOpenApi: {
    readonly path: '/openapi.json'
    readonly answer: {
      readonly openapi: '3.1.0'
      readonly [member: string]: unknown
    }
  }
}
