import fc from 'fast-check'
import { normaliseEvent } from '../ledger/normal-form'
import { encodeRow } from '../ledger/row'
import { RESULTS } from '../model/event'
import { createIds } from '../model/id'
import { createRedactor, type RedactOptions } from '../redact/redactor'
import { createPlainRequest } from './plain-request'
import { createRequestEvent, type EndedRequest } from './request-event'
import { createRouteActions } from './route-action'

const ids = createIds()
const INCLUDE = { headers: [], query: false, body: false }
const REDACTIONS: readonly RedactOptions[] = [
  {},
  { keys: ['path'] },
  { keys: ['item'], patterns: [/\d{4}/] },
  { limits: { maxTextBytes: 64 } },
  { limits: { maxBytes: 1_024, maxMembers: 2 } },
]

/** Both ways to the text of one request. */
function waysOf(options: RedactOptions) {
  const redactor = createRedactor(options)
  const eventOf = createRequestEvent(INCLUDE, redactor)
  const short = createPlainRequest(INCLUDE, redactor)
  const defaults = { now: Date.now, nextId: () => ids.next(), redactor }
  const long = (ended: EndedRequest): string => encodeRow(normaliseEvent(eventOf(ended), defaults))
  return { redactor, short, long, actionOf: createRouteActions(100) }
}

// Any UTF-16 code units: quotes, control characters, NUL and halves of pairs all occur.
const anyText = fc.oneof(
  fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 12 }),
  fc.constantFrom('', 'a', '7', 'token=abc', '{"password":"x"}', 'Bearer abcdefgh', 'é'.repeat(400), 'x'.repeat(300)),
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const patterns = fc.oneof(
  fc.constantFrom('/items/:id', '/workspaces/:ws_id/issues/:issueId', '/projects/:projectId/close', '/reset/:token'),
  fc.constantFrom('/', '/auth/login', '/a"b', '/\0', `/${'long'.repeat(200)}`, '/1234/:id'),
  anyText.map((text) => `/${text}`),
)
const params = fc.dictionary(
  fc.constantFrom('id', 'ws_id', 'issueId', 'projectId', 'token', 'item'),
  fc.oneof(anyText, fc.array(anyText, { maxLength: 2 })),
)
const actors = fc.record({
  type: anyText,
  id: maybe(fc.oneof(anyText, fc.integer())),
  email: maybe(anyText),
  name: maybe(anyText),
})
const traceIds = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 31, maxLength: 32 })

const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'M-SEARCH'),
  pattern: patterns,
  params,
  path: anyText.map((text) => `/${text}`),
  forwardedFor: maybe(anyText),
  identity: fc.record({
    actor: actors,
    workspace: anyText,
    ip: fc.constantFrom('127.0.0.1', '::1', undefined),
    userAgent: maybe(anyText),
    requestId: maybe(anyText),
    traceId: maybe(traceIds),
  }),
  result: fc.constantFrom(...RESULTS),
  status: maybe(fc.integer({ min: 99, max: 600 })),
  durationUs: fc.oneof(fc.nat(), fc.constantFrom(-1, 2 ** 60)),
  atMs: fc.oneof(fc.nat(), fc.constantFrom(1_705_329_121_000)),
})
type Given = typeof requests extends fc.Arbitrary<infer Request> ? Request : never

function endedOf(given: Given, { redactor, actionOf }: ReturnType<typeof waysOf>): EndedRequest {
  const { method, pattern, params, path, forwardedFor, identity, result, status, durationUs, atMs } = given
  const start = { id: ids.next(), atMs, method, path: redactor.text(path, 2_048), headers: { forwardedFor } }
  const ended = { start, identity, result, status, durationUs, annotation: undefined, exchange: {} }
  return { ...ended, route: { pattern, params }, derived: actionOf(method, pattern) } as unknown as EndedRequest
}

describe.each(REDACTIONS)('with the redaction %j', (options) => {
  it('the short way writes what the long way writes, byte for byte', () => {
    const ways = waysOf(options)
    fc.assert(
      fc.property(requests, (given) => {
        const ended = endedOf(given, ways)
        const short = ways.short(ended)
        if (short !== undefined) expect(short).toBe(ways.long(ended))
      }),
      { numRuns: 2_000 },
    )
  })
})

const plain: Given = {
  method: 'POST',
  pattern: '/items/:id',
  params: { id: '7' },
  path: '/items/7',
  forwardedFor: '10.0.0.1',
  identity: {
    actor: { type: 'user', id: 'u', email: 'a@b.example', name: 'A' },
    workspace: 'acme',
    ip: '127.0.0.1',
    userAgent: 'tests/1',
    requestId: 'r1',
    traceId: 'a'.repeat(32),
  },
  result: 'success',
  status: 200,
  durationUs: 12,
  atMs: 1_705_329_121_000,
}

describe('the short way', () => {
  const ways = waysOf({})

  it('is taken by a plain request', () => {
    expect(JSON.parse(ways.short(endedOf(plain, ways)) ?? '')).toMatchObject({
      action: 'item.update',
      context: { path: '/items/7' },
    })
  })

  it.each<[string, Partial<Given>]>([
    ['a secret in its path', { pattern: '/reset/:token', params: { token: 't' } }],
    ['a status that is none', { status: 99 }],
    ['a long path', { path: `/${'x'.repeat(300)}` }],
  ])('is not taken by one with %s', (_what, other) => {
    expect(ways.short(endedOf({ ...plain, ...other }, ways))).toBeUndefined()
  })

  it('is not taken by an actor that cannot be read', () => {
    const actor = {
      get id(): string {
        throw new Error('not to be read')
      },
    }
    const identity = { ...plain.identity, actor } as unknown as Given['identity']
    expect(ways.short(endedOf({ ...plain, identity }, ways))).toBeUndefined()
  })
})
