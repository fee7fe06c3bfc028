import { isDeepStrictEqual } from 'node:util'
import { type Annotation, mergeAnnotations } from '../context/annotation'
import type { FieldChange } from '../context/diff'
import type { EventInput, Resource } from '../model/event'

/** What a write did to one entity. */
export interface ChangedEntity {
  readonly operation: 'create' | 'update' | 'delete' | 'soft_delete' | 'restore'
  readonly resource: { readonly type: string; readonly id: string }
  readonly changes: Readonly<Record<string, FieldChange>>
  /** When, in ms since 1970. */
  readonly atMs: number
}

/** Entities that one request may hold until its end; what is more gets events of its own. */
const HELD_AT_MOST = 100

/** Whether an entity is what an event is about; a resource without id, as of `POST /issues`, is any of its type. */
export function isAbout(about: Resource, { type, id }: ChangedEntity['resource']): boolean {
  return about.type === type && (about.id === undefined || String(about.id) === id)
}

/** Adds a change to those of its request: to its own entity's, where that changed before. False when there is no room. */
export function holdChange(held: ChangedEntity[], changed: ChangedEntity): boolean {
  const at = held.findIndex(
    ({ resource }) => resource.id === changed.resource.id && resource.type === changed.resource.type,
  )
  const earlier = held[at]
  if (earlier === undefined) return held.length < HELD_AT_MOST && held.push(changed) > 0
  held[at] = joinChanges(earlier, changed)
  return true
}

function joinChanges(earlier: ChangedEntity, later: ChangedEntity): ChangedEntity {
  const isNew = earlier.operation === 'create' && later.operation === 'update'
  const changes: Record<string, FieldChange> = {}
  for (const field of new Set([...Object.keys(earlier.changes), ...Object.keys(later.changes)])) {
    const [was, is] = [earlier.changes[field], later.changes[field]]
    const joined = was === undefined || is === undefined ? (was ?? is) : joinField(was, is)
    if (joined !== undefined) changes[field] = joined
  }
  return { ...later, operation: isNew ? 'create' : later.operation, changes }
}

/** From what it was first to what it is last; nothing when it is what it was. */
function joinField(was: FieldChange, is: FieldChange): FieldChange | undefined {
  if (isDeepStrictEqual(was.old, is.new)) return undefined
  return { ...('old' in was && { old: was.old }), ...('new' in is && { new: is.new }) }
}

/** Of what a request holds: the entity that its event is about (the first, when the event names none), and the others. */
export function settleChanges(
  held: readonly ChangedEntity[],
  about: Resource | undefined,
): { readonly mine: ChangedEntity | undefined; readonly others: readonly ChangedEntity[] } {
  const mine = about === undefined ? held[0] : held.find(({ resource }) => isAbout(about, resource))
  return { mine, others: held.filter((changed) => changed !== mine) }
}

/** What an entity's change adds to the event that is about it; what the handler said goes before. */
export function addChange(
  said: Annotation | undefined,
  { operation, resource, changes }: ChangedEntity,
  about: Resource | undefined,
): Annotation {
  // A DELETE that only marks a row as deleted would claim too much.
  const isNamed = operation === 'soft_delete' || operation === 'restore'
  const told: Annotation = { ...(isNamed && { action: `${resource.type}.${operation}` }), changes }
  return { ...mergeAnnotations(told, said ?? {}), resource: { ...about, ...resource } }
}

/** An entity's change as an event of its own. */
export function eventOfChange({ operation, resource, changes, atMs }: ChangedEntity): EventInput {
  return {
    action: `${resource.type}.${operation}`,
    resource,
    changes,
    occurredAt: atMs,
    source: 'entity',
    ...(resource.type === 'issue' && { issue: resource.id }),
  }
}
