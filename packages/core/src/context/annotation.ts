import type { Actor, OnBehalfOf, Resource, Result } from '../model/event'
import { readMembers } from '../model/members'

/**
 * What code below the middleware adds to the event of its request. Scalars given later win; `details`, `changes` and
 * `context` are merged key by key.
 */
export interface Annotation {
  readonly action?: string
  readonly verb?: string
  readonly actor?: Actor
  readonly onBehalfOf?: OnBehalfOf
  readonly resource?: Resource
  readonly workspace?: string
  readonly project?: string
  readonly issue?: string
  /** Overrides what the HTTP status says, such as `denied` for a log-in page that answers 200. */
  readonly result?: Result
  /** Why it was done; stored as `details.reason`. */
  readonly reason?: string
  readonly context?: Readonly<Record<string, unknown>>
  readonly details?: Readonly<Record<string, unknown>>
  readonly changes?: Readonly<Record<string, unknown>>
}

const MEMBERS = Object.keys({
  ...{ action: true, verb: true, actor: true, onBehalfOf: true, resource: true, workspace: true, project: true },
  ...{ issue: true, result: true, reason: true, context: true, details: true, changes: true },
} satisfies Record<keyof Annotation, true>) as (keyof Annotation)[]

/**
 * Joins two annotations; `later` wins. Returns a new object whose members can be read without fear: handlers hand over
 * whatever they have. What cannot be read, and an action that is no text, are left out. Never throws.
 */
export function mergeAnnotations(earlier: Annotation | undefined, later: Annotation): Annotation {
  const merged: Record<string, unknown> = readAnnotation(later)
  if (earlier === undefined) return merged
  const before = readAnnotation(earlier)
  for (const key of ['details', 'changes', 'context'] as const) merged[key] = joined(before[key], merged[key])
  return { ...before, ...merged }
}

function readAnnotation(annotation: Annotation): Record<string, unknown> {
  const { action, actor, onBehalfOf, resource, context, ...rest } = readMembers(annotation, MEMBERS)
  const read: Record<string, unknown> = rest
  if (typeof action === 'string' && action.trim() !== '') read['action'] = action
  // It is laid over what capture itself writes there, member by member.
  if (context !== undefined) read['context'] = plainMembers(context)
  add(read, 'actor', readMembers(actor, ['type', 'id', 'email', 'name']))
  add(read, 'onBehalfOf', readMembers(onBehalfOf, ['type', 'id']))
  add(read, 'resource', readMembers(resource, ['type', 'id', 'name']))
  return read
}

/** An actor of whom nothing can be read must not hide the one who is known. */
function add(read: Record<string, unknown>, name: string, part: object): void {
  if (Object.keys(part).length > 0) read[name] = part
}

function joined(earlier: unknown, later: unknown): unknown {
  if (later === undefined) return earlier
  return hasMembers(earlier) && hasMembers(later) ? { ...ownMembers(earlier), ...ownMembers(later) } : later
}

/** A copy of an object's members that can be spread without fear; anything else as its member `value`. Never throws. */
export function plainMembers(value: unknown): object {
  return hasMembers(value) ? ownMembers(value) : { value }
}

/** A text, bytes or a list have members as well, one for each character, byte or entry. */
function hasMembers(value: unknown): value is object {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
  } catch {
    return true // a revoked proxy: it has members that cannot be read
  }
}

// The log keeps 256 of them; to join a hundred thousand would take longer than the request.
const JOINED_AT_MOST = 1_000

function ownMembers(value: object): object {
  const names = namesOf(value)
  try {
    if (names.length <= JOINED_AT_MOST) return { ...value }
  } catch {
    // One of them throws: the others are read below.
  }
  return readMembers(value, names.slice(0, JOINED_AT_MOST))
}

function namesOf(value: object): never[] {
  try {
    return Object.keys(value).filter((name) => name !== '__proto__') as never[]
  } catch {
    return []
  }
}
