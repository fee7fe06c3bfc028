import type { Json, JsonObject } from './event'

/** One changed field, read from either form of `changes`; an absent side was not told. */
export interface FieldChange {
  readonly field: string
  readonly old?: Json
  readonly new?: Json
}

/**
 * Reads `changes` in both its forms, `{ field: value }` and `{ field: { old, new } }`, sorted by field name: the
 * database keeps no order of keys. An object counts as the second form when it has no other keys than `old` and `new`.
 */
export function fieldChanges(changes: JsonObject | undefined): readonly FieldChange[] {
  if (changes === undefined) return []
  return Object.keys(changes)
    .sort()
    .map((field) => {
      const value = changes[field]!
      return isPair(value) ? { ...value, field } : { field, new: value }
    })
}

function isPair(value: Json): value is { readonly old?: Json; readonly new?: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key === 'old' || key === 'new')
}
