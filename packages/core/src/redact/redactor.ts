import type { Json, JsonObject } from '../model/event'
import { cleanText, clip } from '../model/text'
import { DEFAULT_LIMITS, MARKER, type ValueLimits } from './limits'
import { createSecretNames, type NameOptions, type SecretNames } from './names'
import { redactPairs } from './pairs'
import { sanitise, type Sanitised, type SanitiseRules } from './sanitise'
import { redactText } from './secret-text'

/** What counts as a secret, besides what is built in, and how much of a value is kept. */
export interface RedactOptions extends NameOptions {
  /** What one of these matches in a text is replaced. They must be safe to run on any text. Default: none. */
  readonly patterns?: readonly RegExp[]
  readonly limits?: Partial<ValueLimits>
}

/** Takes secrets out of whatever is recorded, and makes it storable. Nothing here throws, and nothing is changed in place. */
export interface Redactor {
  /** Any value as JSON, storable as `jsonb` whatever it was. */
  value(value: unknown): Json
  /** The same for a column that holds an object; `undefined` when there is nothing in it. Any other value becomes `{ value }`. */
  object(value: unknown): JsonObject | undefined
  /** A text without NUL, lone surrogates and secrets, clipped to `maxBytes` (default 4,096) bytes of UTF-8. */
  text(text: string, maxBytes?: number): string
  /** A whole URL, or a path with a query: also takes out parameters that are secrets only there, such as `code`. */
  url(url: string): string
  /** The value of a header; several values are joined by a comma. */
  header(name: string, value: string | readonly string[]): string
  /** Whether a field, parameter or header of this name holds a secret. */
  isSecretName(name: string): boolean
}

// Room for a secret to be whole when the end of a text is clipped off behind it.
const WINDOW_BYTES = 1_024
const MAY_BE_JSON = /^\s*[{[][\s\S]{3}/
const URL_HEADERS =
  /^(?:referr?er|origin|location|content-location|link|x-(?:original|rewrite|forwarded)-(?:url|uri))$/i

/** Compiles the rules once; the result is free of state, but for names it remembers. */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const names = createSecretNames(options)
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const redactString = createTextRedactor(names, { limits, patterns: options.patterns ?? [] })
  const rules: SanitiseRules = { limits, isSecret: names.has, text: redactString }
  const text = (given: string, maxBytes = limits.maxTextBytes): string => redactString(given, maxBytes)

  function url(given: string): string {
    return text(redactPairs(cleanText(given, limits.maxTextBytes + WINDOW_BYTES), names.hasInUrl))
  }

  return {
    value: (given) => sanitise(given, rules).value,
    object: (given) =>
      given === undefined || given === null ? undefined : asObject(sanitise(given, rules).value, rules),
    text,
    url,
    header(name, value) {
      if (names.has(name)) return MARKER.redacted
      const joined = typeof value === 'string' ? value : value.join(', ')
      return URL_HEADERS.test(name) ? url(joined) : text(joined)
    },
    isSecretName: names.has,
  }
}

function createTextRedactor(
  names: SecretNames,
  { limits, patterns }: { limits: ValueLimits; patterns: readonly RegExp[] },
): (text: string, maxBytes: number) => string {
  const extra = patterns.map((pattern) => new RegExp(pattern.source, [...new Set(`${pattern.flags}g`)].join('')))
  const inner: SanitiseRules = { limits, isSecret: names.has, text: redactString }

  function redactString(given: string, maxBytes: number): string {
    const text = cleanText(given, maxBytes + WINDOW_BYTES)
    const clean = redactJson(text, inner) ?? redactText(text, names.has, extra)
    return clean === given ? clip(given, maxBytes) : clip(clean, maxBytes)
  }

  return redactString
}

/** JSON inside a text, redacted as the value that it is; `undefined` when it is none or holds nothing to take out. */
function redactJson(text: string, rules: SanitiseRules): string | undefined {
  if (!MAY_BE_JSON.test(text)) return undefined
  let result: Sanitised
  try {
    result = sanitise(JSON.parse(text), rules)
  } catch {
    return undefined
  }
  return result.altered ? JSON.stringify(result.value) : undefined
}

function asObject(value: Json, rules: SanitiseRules): JsonObject | undefined {
  const object = isObject(value) ? value : sanitise({ value }, rules).value
  return isObject(object) && Object.keys(object).length > 0 ? object : undefined
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
