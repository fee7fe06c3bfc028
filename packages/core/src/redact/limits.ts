/** How much of one nested value (a `context`, `details` or `changes`) is kept. */
export interface ValueLimits {
  /** Bytes of JSON in UTF-8, with numbers written out in full as `jsonb` stores them. Default: 32,768. */
  readonly maxBytes: number
  /** Bytes of one string. Default: 4,096. */
  readonly maxTextBytes: number
  /** Bytes of the name of one member. Default: 256. */
  readonly maxNameBytes: number
  /** Objects and lists within each other. Default: 12. */
  readonly maxDepth: number
  /** Members of one object, or entries of one list. Default: 256. */
  readonly maxMembers: number
}

/** The limits that hold where an option does not say otherwise. */
export const DEFAULT_LIMITS: ValueLimits = {
  maxBytes: 32_768,
  maxTextBytes: 4_096,
  maxNameBytes: 256,
  maxDepth: 12,
  maxMembers: 256,
}

/** What stands where something was left out. Each stays what it is when the value is sanitised again. */
export const MARKER = {
  redacted: '[redacted]',
  truncated: '[truncated]',
  circular: '[circular]',
  deep: '[too deep]',
  unreadable: '[unreadable]',
} as const

/**
 * The length of a number in `jsonb`, which writes every digit out: `1e300` takes 301.
 */
export function expandedLength(value: number): number {
  const text = String(value)
  const at = text.indexOf('e')
  if (at === -1) return text.length
  const exponent = Number(text.slice(at + 1))
  const digits = text.slice(0, at).replace(/[-.]/g, '').length
  const sign = value < 0 ? 1 : 0
  return sign + (exponent > 0 ? Math.max(exponent + 1, digits) : 1 - exponent + digits)
}

/** The bytes of a text as JSON in UTF-8, quotes and escapes included. */
export function jsonBytes(text: string): number {
  if (text.length > 256) return Buffer.byteLength(JSON.stringify(text))
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 || code > 126 || code === 34 || code === 92) return Buffer.byteLength(JSON.stringify(text))
  }
  return text.length + 2
}
