import { types } from 'node:util'

/** The members of an object: read each by its name, and guarded, since a getter may throw or change its mind. */
export interface Members {
  readonly names: readonly string[]
  readonly source: Readonly<Record<string, unknown>>
}

/**
 * What an object stands for: a date its ISO text, bytes a note of their number, a set the list of its entries, an object
 * with `toJSON` what that answers; any other object itself. Throws what the object's own code throws.
 */
export function plainFormOf(value: object): unknown {
  const prototype = Object.getPrototypeOf(value) as unknown
  if (prototype === Array.prototype) return value
  if (prototype !== Object.prototype && prototype !== null) {
    const form = builtInForm(value)
    if (form !== value) return form
  }
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? (toJSON as () => unknown).call(value) : value
}

function builtInForm(value: object): unknown {
  // By their inner slots, not by `instanceof`: objects come from other realms, and may lie about their prototype.
  if (types.isDate(value)) return dateForm(value)
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[binary ${value.byteLength} bytes]`
  if (types.isSet(value)) return [...(Set.prototype.values.call(value) as Iterable<unknown>)]
  if (types.isBoxedPrimitive(value)) return unboxed(value)
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value)
  return types.isPromise(value) ? '[promise]' : value
}

function dateForm(date: Date): string | null {
  return Number.isNaN(Date.prototype.getTime.call(date)) ? null : Date.prototype.toISOString.call(date)
}

function unboxed(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value)
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value)
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value)
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : undefined
}

/**
 * The members to keep of an object: a map's entries, an error's name, message and what it carries (never its stack), of
 * any other object its own enumerable ones.
 */
export function membersOf(value: object): Members {
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    if (types.isMap(value)) return entriesOf(value)
    if (types.isNativeError(value))
      return { names: errorNames(value), source: value as unknown as Record<string, unknown> }
  }
  return { names: Object.keys(value), source: value as Record<string, unknown> }
}

function entriesOf(map: Map<unknown, unknown>): Members {
  const source = Object.create(null) as Record<string, unknown>
  for (const [key, value] of Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>) {
    source[typeof key === 'object' && key !== null ? '[object]' : String(key)] = value
  }
  return { names: Object.keys(source), source }
}

// Not enumerable, where they are; a subclass may have made getters of them.
function errorNames(error: Error): string[] {
  const carried = ['code', 'cause', 'errors'].filter((name) => Object.hasOwn(error, name))
  const own = Object.keys(error).filter((name) => name !== 'stack')
  return [...new Set(['name', 'message', ...carried, ...own])]
}
