import type { Actor, JsonObject, Resource, Result, StoredEvent } from '@actrail/core'

/** What an event is compared with; what is left out may be anything. */
export interface Expected {
  /** As stored, or with `*` for any piece: `issue.*`. */
  readonly action?: string
  /** An actor's id, or some of its fields. */
  readonly actor?: string | Partial<Actor>
  /** A resource's id, or some of its fields. */
  readonly resource?: string | Partial<Resource>
  readonly workspace?: string
  readonly project?: string
  readonly issue?: string
  readonly result?: Result
  readonly statusCode?: number
  /** Some of the members. */
  readonly details?: JsonObject
  readonly changes?: JsonObject
  readonly context?: JsonObject
}

/** Whether `event` has all that `expected` names. */
export function isExpected(event: StoredEvent, expected: Expected): boolean {
  const { action, actor, resource, ...rest } = expected
  const shown = shape(event)
  if (action !== undefined && !glob(action).test(event.action)) return false
  if (actor !== undefined && !includes(shown.actor, typeof actor === 'string' ? { id: actor } : actor)) return false
  if (resource !== undefined && !includes(shown.resource, typeof resource === 'string' ? { id: resource } : resource))
    return false
  return includes(shown, rest)
}

/** The events as lines of text, for the message of a failed expectation. */
export function describeEvents(events: readonly StoredEvent[]): string {
  if (events.length === 0) return 'Nothing was recorded.'
  return `Recorded, newest first:\n${events
    .toReversed()
    .slice(0, 20)
    .map((event) => `  ${JSON.stringify(shape(event))}`)
    .join('\n')}`
}

function shape(event: StoredEvent): Readonly<Record<string, unknown>> {
  const { action, result, project, details, changes, context } = event
  return {
    action,
    actor: { type: event.actor_type, id: event.actor_id, email: event.actor_email, name: event.actor_name },
    resource: { type: event.resource_type, id: event.resource_id, name: event.resource_name },
    workspace: event.workspace_id,
    project,
    issue: event.issue_id,
    result,
    statusCode: event.status_code,
    details,
    changes,
    context,
  }
}

function glob(pattern: string): RegExp {
  const pieces = pattern.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pieces.join('.*')}$`)
}

/** Whether `whole` has every member of `part`, at any depth. */
function includes(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return Object.is(whole, part)
  if (typeof whole !== 'object' || whole === null) return false
  const members = whole as Readonly<Record<string, unknown>>
  return Object.entries(part).every(([key, value]) => value === undefined || includes(members[key], value))
}
