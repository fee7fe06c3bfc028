import type { Actor, OnBehalfOf, Resource, Result } from '../model/event'

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

/** Joins two annotations; `later` wins. Returns a new object, or the one that is there. */
export function mergeAnnotations(earlier: Annotation | undefined, later: Annotation): Annotation {
  if (earlier === undefined) return later
  const merged: Record<string, unknown> = { ...earlier, ...later }
  for (const key of ['details', 'changes', 'context'] as const) {
    if (earlier[key] !== undefined && later[key] !== undefined) merged[key] = { ...earlier[key], ...later[key] }
  }
  return merged
}
