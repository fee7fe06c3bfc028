import { isDeepStrictEqual } from 'node:util'

/** One field's change. `old` is absent when the field is new, `new` when it was removed. */
export interface FieldChange {
  readonly old?: unknown
  readonly new?: unknown
}

type Fields = Readonly<Record<string, unknown>>

/**
 * The fields in which two objects differ, compared deeply, one level of names.
 * @example diff({ title: 'a', open: true }, { title: 'b', open: true }) // { title: { old: 'a', new: 'b' } }
 */
export function diff(before: Fields | null | undefined, after: Fields | null | undefined): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {}
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const inBefore = before != null && Object.hasOwn(before, field)
    const inAfter = after != null && Object.hasOwn(after, field)
    if (inBefore && inAfter && isDeepStrictEqual(before[field], after[field])) continue
    Object.defineProperty(changes, field, {
      value: { ...(inBefore && { old: before[field] }), ...(inAfter && { new: after[field] }) },
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return changes
}
