import type { Json, JsonObject } from '../model/event'

/**
 * Canonical JSON (RFC 8785): members sorted by the UTF-16 code units of their names, no white space, numbers and strings
 * as ECMAScript writes them. The value must be plain JSON with finite numbers and well-formed strings, as the redactor
 * leaves it.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  return canonicalObject(value)
}

function canonicalObject(value: JsonObject): string {
  let text = ''
  // `sort` without a comparison compares UTF-16 code units, which is the order that RFC 8785 asks for.
  for (const key of Object.keys(value).sort()) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value[key]!)}`
  }
  return `{${text}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
