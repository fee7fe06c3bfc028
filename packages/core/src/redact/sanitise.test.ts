import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { Json, JsonObject } from '../model/event'
import { expandedLength, jsonBytes } from './limits'
import { createRedactor } from './redactor'

const limits = { maxBytes: 600, maxTextBytes: 100, maxNameBytes: 20, maxDepth: 4, maxMembers: 8 }
const small = createRedactor({ limits })
const redactor = createRedactor()

const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 150 })
const hostile = fc.constantFrom<() => unknown>(
  () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    return cycle
  },
  () =>
    Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    }),
  () =>
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    ),
  () =>
    new Proxy([], {
      get: () => {
        throw new Error('no')
      },
    }),
  () =>
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('no')
        },
      },
    ),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  () => ({
    toJSON: () => {
      throw new Error('no')
    },
  }),
  () => {
    const endless = { toJSON: (): unknown => ({ endless }) }
    return endless
  },
  () =>
    new Proxy(
      {},
      {
        ownKeys: () => ['a'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        get: (target, _key, proxy) => new Proxy(target, {}) && proxy,
      },
    ),
  () => Symbol('s'),
  () => () => 1,
  () => 10n ** 5_000n,
  () => -(2n ** 60n),
  () => Number.NaN,
  () => -Infinity,
  () => -0,
  () => 1e300,
  () => 5e-324,
  () => new Date(Number.NaN),
  () => new Date(0),
  () => Buffer.alloc(10_000),
  () => new Float64Array(5),
  () =>
    new Map<unknown, unknown>([
      [{}, 1],
      [Symbol('x'), 2],
      ['__proto__', 3],
    ]),
  () => new Set([1, { a: 1 }]),
  () => /x/g,
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => Object(1n) as unknown,
  () => Object(Symbol('x')) as unknown,
  () => new Error('boom', { cause: new Error('why') }),
  () => new AggregateError([new Error('one')], 'all'),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => Array(100_000),
  () => 'x'.repeat(20_000),
  () => Object.create(null, { a: { enumerable: true, value: 1 } }) as unknown,
  () => runInNewContext('new Map([["a", new Date(0)]])') as unknown,
  () => deep(2_000),
  () => new URL('https://u:p@host/'),
)

function deep(levels: number): unknown {
  let value: unknown = 'bottom'
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value }
  return value
}

// Made within the property: the generator itself must not touch them.
type Make = () => unknown
const anything = fc.letrec<{ value: Make }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    hostile,
    fc
      .oneof(anyText, fc.double(), fc.anything({ withBigInt: true, withMap: true, withSet: true }))
      .map((value) => () => value),
    fc.array(tie('value'), { maxLength: 12 }).map((makes) => () => makes.map((make) => make())),
    fc.dictionary(anyText, tie('value'), { maxKeys: 12 }).map((makes) => () => made(makes)),
  ),
})).value

function made(makes: Record<string, Make>): object {
  return Object.fromEntries(Object.entries(makes).map(([name, make]) => [name, make()]))
}

describe('the sanitiser', () => {
  it('makes anything storable, within every limit, and does nothing the second time', () => {
    fc.assert(
      fc.property(anything, (make) => {
        const value = make()
        const clean = small.value(value)
        expectStorable(clean, 0)
        expect(storedBytes(clean)).toBeLessThanOrEqual(limits.maxBytes)
        expect(JSON.stringify(small.value(clean))).toBe(JSON.stringify(clean))
        const object = small.object(make())
        expect(JSON.stringify(small.object(object))).toBe(JSON.stringify(object))
      }),
      // What is shrunk here is a function: it says no more than the first failure, and takes very long.
      { numRuns: 300, endOnFailure: true },
    )
  })

  it('leaves Object.prototype and what it was given unchanged', () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const given = JSON.parse(
      '{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}},"password":"x"}',
    ) as object
    const copy = JSON.stringify(given)
    const clean = redactor.value(given) as Record<string, unknown>
    expect(clean['[__proto__]']).toEqual({ polluted: true })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(clean)).toBe(Object.prototype)
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(JSON.stringify(given)).toBe(copy)
  })

  it('keeps plain JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), (value) => {
        const plain = JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as Json
        fc.pre(!/[=:%<"'`]|[pP]/.test(JSON.stringify(plain).replace(/[[\]{},:"]/g, '')))
        expect(redactor.value(plain)).toEqual(plain)
      }),
    )
  })

  it('writes out what JSON has no form for', () => {
    const value = {
      date: new Date(0),
      bytes: Buffer.from('abc'),
      map: new Map([['a', new Set([1, 2])]]),
      big: 2n ** 64n,
      small: 5n,
      nan: Number.NaN,
      zero: -0,
      error: Object.assign(new TypeError('boom', { cause: new Error('why') }), { code: 'E_BOOM' }),
      list: [undefined, () => 1, Symbol('x')],
      gone: undefined,
      pattern: /x/i,
      boxed: [Object(1), Object('a')] as unknown[],
      url: new URL('https://u:p@host/a'),
    }
    expect(redactor.value(value)).toStrictEqual({
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[binary 3 bytes]',
      map: { a: [1, 2] },
      big: '18446744073709551616',
      small: 5,
      nan: 'NaN',
      zero: 0,
      error: { name: 'TypeError', message: 'boom', code: 'E_BOOM', cause: { name: 'Error', message: 'why' } },
      list: [null, null, null],
      pattern: '/x/i',
      boxed: [1, 'a'],
      url: 'https://[redacted]@host/a',
    })
  })

  it('costs what cannot be read, not what stands beside it', () => {
    const cycle: Record<string, unknown> = { name: 'loop' }
    cycle.self = cycle
    const value = {
      before: 1,
      get bad(): never {
        throw new Error('no')
      },
      cycle,
      same: [cycle.name, cycle.name],
      after: 2,
    }
    expect(redactor.value(value)).toEqual({
      before: 1,
      bad: '[unreadable]',
      cycle: { name: 'loop', self: '[circular]' },
      same: ['loop', 'loop'],
      after: 2,
    })
  })

  it('says where it left something out, and keeps what came before', () => {
    expect(small.value(Array.from({ length: 20 }, (_, index) => index))).toEqual([0, 1, 2, 3, 4, 5, 6, '[truncated]'])
    expect(small.value({ a: { b: { c: { d: { e: 1 } } } } })).toEqual({ a: { b: { c: { d: '[too deep]' } } } })
    const members = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`m${index}`, index]))
    expect(Object.keys(small.value(members) as object)).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
      'm5',
      'm6',
      '[truncated]',
    ])
    const wide = small.value({ first: 'kept', list: Array.from({ length: 8 }, () => 'x'.repeat(90)), last: 1 })
    expect(wide).toMatchObject({ first: 'kept', '[truncated]': true })
    expect((wide as { list: string[] }).list.slice(0, 3)).toEqual(Array(3).fill('x'.repeat(90)))
    expect((wide as { list: string[] }).list.at(-1)).toBe('[truncated]')
  })

  it('counts numbers by what jsonb writes out', () => {
    const lengths: [number, number][] = [
      [0, 1],
      [-12.5, 5],
      [1e21, 22],
      [1e300, 301],
      [-1e300, 302],
      [1.5e-7, 10],
      [5e-324, 326],
    ]
    for (const [value, length] of lengths) expect([value, expandedLength(value)]).toEqual([value, length])
    expect(small.value([1e300, 1e300])).toEqual([1e300, '[truncated]'])
  })

  it('counts the bytes of a text with its quotes and escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(jsonBytes(text)).toBe(Buffer.byteLength(JSON.stringify(text)))
      }),
    )
  })

  it('is done in little time with very much', () => {
    const started = performance.now()
    redactor.value(Array.from({ length: 256 }, () => `password=${'x'.repeat(1_000_000)}`))
    redactor.value(Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index])))
    redactor.value(deep(10_000))
    redactor.value({ text: JSON.stringify(deep(2_000)) })
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

function expectStorable(value: Json, depth: number): void {
  expect(depth).toBeLessThanOrEqual(limits.maxDepth)
  if (typeof value === 'string') expectStorableText(value, limits.maxTextBytes)
  else if (typeof value === 'number') expect(Number.isFinite(value) && !Object.is(value, -0)).toBe(true)
  else if (typeof value === 'object' && value !== null) {
    const members = Object.entries<Json>(value as JsonObject)
    expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value))
    expect(members.length).toBeLessThanOrEqual(limits.maxMembers)
    for (const [name, member] of members) {
      expectStorableText(name, limits.maxNameBytes)
      expect(name).not.toBe('__proto__')
      expectStorable(member, depth + 1)
    }
  } else expect(value === null || typeof value === 'boolean').toBe(true)
}

function expectStorableText(text: string, maxBytes: number): void {
  expect(text).not.toContain('\0')
  expect(text).not.toMatch(/\p{Surrogate}/u)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
}

function storedBytes(value: Json): number {
  if (typeof value === 'number') return expandedLength(value)
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value))
  if (Array.isArray(value))
    return 1 + value.length + value.reduce<number>((sum, entry: Json) => sum + storedBytes(entry), 0)
  return Object.entries<Json>(value as JsonObject).reduce(
    (sum, [name, member]) => sum + jsonBytes(name) + 2 + storedBytes(member),
    1,
  )
}
