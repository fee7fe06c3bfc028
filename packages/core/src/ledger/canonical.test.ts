import fc from 'fast-check'
import type { Json, JsonObject } from '../model/event'
import { canonicalJson } from './canonical'
import { leafHash } from './leaf'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, false),
    number,
    fc.maxSafeInteger(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.nat().map(String)), tie('value'), { maxKeys: 5 }),
  ),
})).value

describe('canonical JSON', () => {
  it('sorts by UTF-16 code units, as the sample of RFC 8785, 3.2.3 shows', () => {
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '😀': 'Emoji',
      '\u0080': 'Control',
      ö: 'o',
    }
    expect(Object.keys(JSON.parse(canonicalJson(sample)) as object)).toEqual([
      '1',
      '\r',
      '\u0080',
      'ö',
      '\u20ac',
      '😀',
      '\ufb33',
    ])
  })

  it('sorts names that look like numbers as texts', () => {
    expect(canonicalJson({ 10: 'a', 9: 'b', '-1': 'c', a: 'd' })).toBe('{"-1":"c","10":"a","9":"b","a":"d"}')
  })

  it('writes numbers as ECMAScript does, as the table of RFC 8785, appendix B shows', () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, 1e21, 1e-7, 9007199254740991])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,1e+21,1e-7,9007199254740991]',
    )
    expect(canonicalJson([5e-324, -1.7976931348623157e308, 9007199254740996])).toBe(
      '[5e-324,-1.7976931348623157e+308,9007199254740996]',
    )
  })

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('\b\t\n\f\r\u000f"\\/€\u007f\u2028')).toBe('"\\b\\t\\n\\f\\r\\u000f\\"\\\\/€\u007f\u2028"')
  })

  it('keeps a member that is called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}') as Json)).toBe('{"__proto__":{"a":2},"b":1}')
  })

  it('has one form for one value, whatever the order of its members', () => {
    fc.assert(
      fc.property(json, (value) => {
        const canonical = canonicalJson(value)
        expect(JSON.parse(canonical)).toEqual(value)
        expect(canonicalJson(JSON.parse(canonical) as Json)).toBe(canonical)
        expect(canonicalJson(reversed(value))).toBe(canonical)
        expect(canonical).toBe(bySortedCopy(value))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the leaf hash', () => {
  it('is the SHA-256 of a zero byte and the UTF-8 bytes', () => {
    // printf '\0' | sha256sum, and printf '\0{"a":"ü"}' | sha256sum
    expect(leafHash('')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(leafHash('{"a":"ü"}')).toBe('b0308e331bbdbab78297a7fd065c460b4c0baff3936c4d5c4ea6b5ad3b4e87a8')
  })
})

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries<Json>(value as JsonObject)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

/** The same by another way: members written one by one in the order of a comparison of code units. */
function bySortedCopy(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(bySortedCopy).join(',')}]`
  const members = Object.entries<Json>(value as JsonObject)
  members.sort(([a], [b]) => compareUnits(a, b))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${bySortedCopy(member)}`).join(',')}}`
}

function compareUnits(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = a.charCodeAt(at) - b.charCodeAt(at)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
