import type { Random } from '../runner/random'

/** A way to make trouble: its name for the report, and a value that makes it. The long ones are made once. */
export interface HostileValue {
  readonly name: string
  make(random: Random): unknown
}

const LONG = 'x'.repeat(1_000_000)
const LONG_SECRETS = 'password="'.repeat(100_000)
const TEN_KB = 'i'.repeat(10_240)
const DEEP = nested(10_000)
const WIDE = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]))
const DEEP_TEXT = '[{"a":'.repeat(50_000)
const CYCLE: Record<string, unknown> = { name: 'cycle' }
CYCLE['self'] = CYCLE
const LONE = ['\ud800', '\udfff', 'a\udc00b', '\udc00\ud800', `${'\ud83d'.repeat(300)}`]
const NUMBERS = [1e308, -1e308, 5e-324, 1e300, NaN, Infinity, -Infinity, -0, 2 ** 53 + 2, 1.7976931348623157e308]
const STRANGE_TEXTS = [
  '1e400000',
  '\\u0000',
  '\\ud800',
  '\x1b[31m\x07\b',
  '\u202egpj.exe',
  "'); drop table actrail.event; --",
  '=cmd|" /C calc"!A1',
  '\u0000',
  '\u0000'.repeat(500),
  `${'\u0001'.repeat(5_000)}`,
  '\n\r\u2028\u2029',
  '\ufeff\ufffe\uffff',
  '}]}"\\',
]
// What a record of the journal looks like on disk: length, checksum, type, payload, newline.
const FRAME = Buffer.concat([Buffer.from([9, 0, 0, 0, 1, 2, 3, 4, 3]), Buffer.from('{"v":"1"}\n')]).toString('latin1')

const fails = (): never => {
  throw new Error('hostile')
}
const failsEmpty = (): never => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is thrown need not be an error
  throw undefined
}
const TRAPS = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'set', 'defineProperty'] as const
const EVERY_TRAP_FAILS = Object.fromEntries(TRAPS.map((trap) => [trap, fails])) as ProxyHandler<object>

/** Values that no log has asked for. */
export const HOSTILE_VALUES: readonly HostileValue[] = [
  { name: 'a NUL character', make: ({ pick }) => pick(['\0', 'a\0b', { 'a\0b': '\0' }]) },
  { name: 'a lone surrogate', make: ({ pick }) => pick([pick(LONE), { [pick(LONE)]: pick(LONE) }]) },
  { name: 'a string of 1 MB', make: () => LONG },
  { name: 'a string of 1 MB full of secrets', make: () => LONG_SECRETS },
  { name: 'a depth of 10,000', make: () => DEEP },
  { name: 'JSON text without end', make: () => DEEP_TEXT },
  { name: '100,000 members', make: () => WIDE },
  { name: 'a cycle', make: () => CYCLE },
  { name: 'a cycle of maps and sets', make: () => circularMap() },
  {
    name: 'a getter that throws',
    make: () => Object.defineProperty({ a: 1 }, 'bad', { get: fails, enumerable: true }),
  },
  {
    name: 'a getter that throws undefined',
    make: () => Object.defineProperty({}, 'bad', { get: failsEmpty, enumerable: true }),
  },
  { name: 'a getter without end', make: () => endlessGetter() },
  { name: '__proto__ as a member', make: () => JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":[1]}}') },
  { name: 'constructor.prototype', make: () => JSON.parse('{"constructor":{"prototype":{"polluted":true}}}') },
  { name: 'a BigInt', make: ({ pick }) => pick<unknown>([1n, -(2n ** 64n), 2n ** 20_000n, { n: 2n ** 70n }]) },
  { name: 'an id of 10 kB', make: ({ pick }) => pick<unknown>([TEN_KB, { id: TEN_KB }]) },
  { name: 'a number that expands', make: ({ pick }) => pick<unknown>([pick(NUMBERS), { n: pick(NUMBERS) }]) },
  { name: 'thousands of long numbers', make: () => new Array(5_000).fill(-1e308) as unknown },
  { name: 'a strange text', make: ({ pick }) => pick(STRANGE_TEXTS) },
  { name: 'a record of the journal', make: () => FRAME.repeat(20) },
  { name: 'a proxy whose traps throw', make: () => new Proxy({}, EVERY_TRAP_FAILS) },
  { name: 'a revoked proxy', make: revoked },
  { name: 'a proxy without end', make: () => endlessProxy() },
  { name: 'toJSON that throws', make: () => ({ toJSON: fails }) },
  { name: 'toJSON that answers itself', make: () => selfJson() },
  { name: 'toString that throws', make: () => ({ toString: fails, [Symbol.toPrimitive]: fails, valueOf: fails }) },
  { name: 'symbols', make: () => ({ [Symbol('key')]: 1, value: Symbol('value'), list: [Symbol.iterator] }) },
  { name: 'a function', make: () => fails },
  { name: 'a list that claims a billion entries', make: () => new Array(1_000_000_000) as unknown },
  { name: 'bytes', make: () => new Uint8Array(1_000_000) },
  { name: 'a date that is none', make: ({ pick }) => pick([new Date(NaN), new Date(8.64e15), new Date(-8.64e15)]) },
  { name: 'an error that lies', make: () => Object.defineProperty(new Error('x'), 'message', { get: fails }) },
  { name: 'an endless iterator', make: () => endlessSet() },
  { name: 'a promise that rejects', make: rejected },
  { name: 'a thenable', make: () => ({ then: (done: (value: unknown) => void) => done(CYCLE) }) },
  { name: 'null', make: () => null },
  { name: 'an empty value', make: ({ pick }) => pick<unknown>(['', {}, [], undefined, false, 0]) },
]

function nested(depth: number): unknown {
  let value: unknown = 'the bottom'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { down: value } : [value]
  return value
}

function circularMap(): unknown {
  const map = new Map<unknown, unknown>()
  map
    .set('set', new Set([map]))
    .set(map, map)
    .set(Symbol('key'), 1)
  return map
}

function endlessGetter(): object {
  return {
    get next() {
      return endlessGetter()
    },
    get other() {
      return endlessGetter()
    },
  }
}

const NAMES = Array.from({ length: 200 }, (_, n) => `m${n}`)

/** Each of its 200 members is such a proxy again. */
function endlessProxy(): object {
  return new Proxy(
    {},
    {
      ownKeys: () => NAMES,
      get: (_target, name) => (typeof name === 'string' && name.startsWith('m') ? endlessProxy() : undefined),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    },
  )
}

function selfJson(): object {
  const self: object = { toJSON: (): object => ({ again: self, toJSON: (): object => self }) }
  return self
}

function endlessSet(): Set<unknown> {
  return Object.defineProperty(new Set([1]), Symbol.iterator, {
    value: () => ({ next: () => ({ value: 1, done: false }) }),
  })
}

function rejected(): Promise<never> {
  const promise = Promise.reject(new Error('hostile'))
  promise.catch(() => undefined)
  return promise
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
