import type { Json, JsonObject } from '../model/event'

// Whatever JSON escapes, and surrogates: a lone one must be escaped, and the engine's own writer knows which are.
const NEEDS_ESCAPE = /[\u0000-\u001f"\\\ud800-\udfff]/

/**
 * Canonical JSON (RFC 8785): members sorted by the UTF-16 code units of their names, no white space, numbers and strings
 * as ECMAScript writes them. The value must be plain JSON with finite numbers and well-formed strings, as the redactor
 * leaves it; members that are undefined are absent.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  return canonicalObject(value)
}

/** A string in canonical JSON. */
export function canonicalText(value: string): string {
  return NEEDS_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`
}

function canonicalObject(value: JsonObject): string {
  let text = ''
  // `sort` without a comparison compares UTF-16 code units, which is the order that RFC 8785 asks for.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) text += `${text === '' ? '{' : ','}${canonicalText(key)}:${canonicalJson(member)}`
  }
  return text === '' ? '{}' : `${text}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
