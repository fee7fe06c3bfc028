import type { Json } from '../model/event'
import { expandedLength, jsonBytes, MARKER, type ValueLimits } from './limits'
import { type Members, membersOf, plainFormOf } from './unfold'

/** What the sanitiser asks while it walks. */
export interface SanitiseRules {
  readonly limits: ValueLimits
  readonly isSecret: (name: string) => boolean
  /** Takes secrets out of one string and clips it. */
  readonly text: (text: string, maxBytes: number) => string
}

/** A sanitised value, and whether anything in it had to be replaced or left out. */
export interface Sanitised {
  readonly value: Json
  readonly altered: boolean
}

/** One walk through a value: what it may still take, and where it is. */
interface Walk {
  readonly rules: SanitiseRules
  bytesLeft: number
  /** Long texts cost time even when little is left of them. */
  readingLeft: number
  full: boolean
  altered: boolean
  readonly ancestors: object[]
}

/** What became of one value: JSON, nothing (functions, symbols, `undefined`), or the room was used up. */
type Visited = Json | typeof NOTHING | typeof FULL
const NOTHING = Symbol('nothing')
const FULL = Symbol('full')

// The longest marker with its name, quotes and comma; each of the objects and lists within each other may need one.
const MARKER_BYTES = 24
const READING_PER_BYTE = 8
const RAW_HEADERS = /^raw_?(?:headers|trailers)$/i
const NAMING = ['name', 'key', 'field', 'header', 'path', 'property'] as const
const NAMED = new Set(['value', 'values', 'old', 'new', 'oldValue', 'newValue', 'from', 'to', 'before', 'after'])

/**
 * Makes any value storable as `jsonb`, with secrets taken out: plain JSON of finite numbers and well-formed text within
 * the limits. Never throws, whatever getters, proxies, cycles or `toJSON` do; sanitising the result changes nothing.
 */
export function sanitise(value: unknown, rules: SanitiseRules): Sanitised {
  const { maxBytes, maxDepth } = rules.limits
  const walk = startWalk(rules, maxBytes)
  const result = visit(walk, value)
  if (!walk.full) return { value: settled(result), altered: walk.altered }
  // It does not fit: once more, with room set aside for the markers that say so.
  const tighter = startWalk(rules, maxBytes - MARKER_BYTES * (maxDepth + 2))
  return { value: settled(visit(tighter, value)), altered: true }
}

function startWalk(rules: SanitiseRules, bytes: number): Walk {
  const readingLeft = rules.limits.maxBytes * READING_PER_BYTE
  return { rules, bytesLeft: bytes, readingLeft, full: false, altered: false, ancestors: [] }
}

function settled(result: Visited): Json {
  if (result === FULL) return MARKER.truncated
  return result === NOTHING ? null : result
}

function visit(walk: Walk, value: unknown): Visited {
  switch (typeof value) {
    case 'string':
      return visitText(walk, value)
    case 'number':
      return visitNumber(walk, value)
    case 'boolean':
      return keep(walk, value, 5)
    case 'bigint':
      return visitBigInt(walk, value)
    case 'object':
      return value === null ? keep(walk, null, 4) : visitGuarded(walk, value)
    default:
      return NOTHING
  }
}

function visitText(walk: Walk, text: string): Visited {
  const { maxTextBytes } = walk.rules.limits
  walk.readingLeft -= Math.min(text.length, maxTextBytes)
  const clean = walk.rules.text(text, maxTextBytes)
  if (clean !== text) walk.altered = true
  return keep(walk, clean, jsonBytes(clean))
}

function visitNumber(walk: Walk, value: number): Visited {
  if (!Number.isFinite(value)) return visitText(walk, String(value))
  // JSON has no negative zero.
  return keep(walk, value === 0 ? 0 : value, expandedLength(value))
}

function visitBigInt(walk: Walk, value: bigint): Visited {
  if (BigInt.asIntN(54, value) === value) return visitNumber(walk, Number(value))
  // To write out a huge one takes time in the square of its digits.
  return visitText(walk, BigInt.asIntN(256, value) === value ? String(value) : '[bigint]')
}

function keep(walk: Walk, value: Json, bytes: number): Visited {
  return take(walk, bytes) ? value : FULL
}

function take(walk: Walk, bytes: number): boolean {
  if (walk.full || bytes > walk.bytesLeft || walk.readingLeft < 0) {
    walk.full = true
    return false
  }
  walk.bytesLeft -= bytes
  return true
}

function visitGuarded(walk: Walk, value: object): Visited {
  const depth = walk.ancestors.length
  if (walk.ancestors.includes(value)) return mark(walk, MARKER.circular)
  walk.ancestors.push(value)
  try {
    return visitObject(walk, value)
  } catch {
    return mark(walk, MARKER.unreadable)
  } finally {
    walk.ancestors.length = depth
  }
}

function visitObject(walk: Walk, value: object): Visited {
  const plain = plainFormOf(value)
  // What an object turns itself into is taken as it is: a second `toJSON` is not asked, or there would be no end.
  if (typeof plain !== 'object' || plain === null) return visit(walk, plain)
  if (walk.ancestors.length > walk.rules.limits.maxDepth) return mark(walk, MARKER.deep)
  if (plain !== value) {
    if (walk.ancestors.includes(plain)) return mark(walk, MARKER.circular)
    walk.ancestors.push(plain)
  }
  if (!take(walk, 2)) return FULL
  return Array.isArray(plain) ? visitList(walk, plain) : visitMembers(walk, membersOf(plain))
}

function mark(walk: Walk, marker: string): Visited {
  walk.altered = true
  return keep(walk, marker, marker.length + 2)
}

function visitList(walk: Walk, list: readonly unknown[]): Json {
  const { maxMembers } = walk.rules.limits
  const kept: Json[] = []
  const limit = list.length > maxMembers ? maxMembers - 1 : list.length
  const secretAt = isNamedPair(walk, list) ? 1 : -1
  for (let index = 0; index < limit; index++) {
    const entry = take(walk, 1) ? visitEntry(walk, list, { index, secret: index === secretAt }) : FULL
    if (entry === FULL || entry === NOTHING) break
    kept.push(entry)
  }
  if (kept.length < list.length) {
    if (kept.length === limit) take(walk, MARKER_BYTES)
    walk.altered = true
    kept.push(MARKER.truncated)
  }
  return kept
}

// One entry or member that cannot be read costs that one, not its neighbours.
function visitEntry(walk: Walk, list: readonly unknown[], at: { index: number; secret: boolean }): Visited {
  try {
    const entry = at.secret ? hide(walk, list[at.index]) : visit(walk, list[at.index])
    return entry === NOTHING ? keep(walk, null, 4) : entry
  } catch {
    return mark(walk, MARKER.unreadable)
  }
}

/** `[['authorization', 'Bearer …'], …]`: the entries of a map as a list. */
function isNamedPair(walk: Walk, list: readonly unknown[]): boolean {
  if (list.length !== 2 || !Array.isArray(walk.ancestors.at(-2))) return false
  const [name, value] = list
  return typeof name === 'string' && typeof value === 'string' && walk.rules.isSecret(name)
}

function visitMembers(walk: Walk, { names, source }: Members): Json {
  const { maxMembers } = walk.rules.limits
  const object: Record<string, Json> = {}
  const limit = names.length > maxMembers ? maxMembers - 1 : names.length
  let named = false
  for (let index = 0; index < limit; index++) {
    const given = names[index] ?? ''
    const name = memberName(walk, given)
    const value = take(walk, jsonBytes(name) + 2) ? visitMember(walk, source, { given, name }) : FULL
    if (value === FULL) return truncated(walk, object)
    if (value === NOTHING) continue
    object[name] = value
    named ||= NAMED.has(name)
  }
  if (named) hideNamed(walk, object)
  if (limit === names.length) return object
  take(walk, MARKER_BYTES)
  return truncated(walk, object)
}

function visitMember(walk: Walk, source: Members['source'], { given, name }: { given: string; name: string }): Visited {
  try {
    const value = source[given]
    if (walk.rules.isSecret(name)) return hide(walk, value)
    return visit(walk, RAW_HEADERS.test(name) && Array.isArray(value) ? hideValues(walk, value) : value)
  } catch {
    return mark(walk, MARKER.unreadable)
  }
}

function memberName(walk: Walk, name: string): string {
  const { limits, text } = walk.rules
  const clean = text(name, limits.maxNameBytes)
  if (clean !== name) walk.altered = true
  // Assigned to an object it would change what the object is.
  return clean === '__proto__' ? '[__proto__]' : clean
}

function truncated(walk: Walk, object: Record<string, Json>): Json {
  walk.altered = true
  object[MARKER.truncated] = true
  return object
}

/** Whether something is set is no secret, and that it was cleared is news; everything else is. */
function hide(walk: Walk, value: unknown): Visited {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'function') {
    return visit(walk, value)
  }
  return mark(walk, MARKER.redacted)
}

/** `['Host', 'a.example', 'Cookie', '…']`: names and values by turns. */
function hideValues(walk: Walk, list: readonly unknown[]): unknown[] {
  const { isSecret, limits } = walk.rules
  return list
    .slice(0, limits.maxMembers + 1)
    .map((entry, index) => (index % 2 === 1 && isSecret(String(list[index - 1])) ? MARKER.redacted : entry))
}

/** `{ name: 'password', value: '…' }`: the secret's name is a value itself. */
function hideNamed(walk: Walk, object: Record<string, Json>): void {
  if (!NAMING.some((naming) => typeof object[naming] === 'string' && walk.rules.isSecret(object[naming]))) return
  for (const name of NAMED) {
    const value = object[name]
    if (value === undefined || value === null || typeof value === 'boolean' || value === MARKER.redacted) continue
    take(walk, MARKER.redacted.length)
    walk.altered = true
    object[name] = MARKER.redacted
  }
}
