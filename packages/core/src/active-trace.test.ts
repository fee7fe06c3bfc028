import { context, type Context, type ContextManager, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createActiveTrace } from './active-trace'
import { createMemoryTrail } from './memory-trail'

/** What an SDK brings: the context that is active. */
class Contexts implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>()
  active = (): Context => this.storage.getStore() ?? ROOT_CONTEXT
  with: ContextManager['with'] = (active, fn, thisArg, ...args) =>
    this.storage.run(active, () => fn.apply(thisArg as ThisParameterType<typeof fn>, args))
  bind: ContextManager['bind'] = (_context, target) => target
  enable = (): this => this
  disable = (): this => this
}

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const OTHER = '4bf92f3577b34da6a3ce929d0e0e4736'

function inSpan<T>(traceId: string, fn: () => T): T {
  const span = trace.wrapSpanContext({ traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 })
  return context.with(trace.setSpan(ROOT_CONTEXT, span), fn)
}

beforeAll(() => context.setGlobalContextManager(new Contexts()))
afterAll(() => context.disable())

it('is the trace of the active span, and none without a valid one', () => {
  const active = createActiveTrace()
  expect(active?.()).toBeUndefined()
  expect(inSpan(TRACE, () => active?.())).toBe(TRACE)
  expect(inSpan('0'.repeat(32), () => active?.())).toBeUndefined()
})

it('does not fail with an SDK that does', () => {
  const active = createActiveTrace()
  const broken = { spanContext: () => { throw new Error('no') } } // prettier-ignore
  expect(context.with(trace.setSpan(ROOT_CONTEXT, broken as never), () => active?.())).toBeUndefined()
})

/** A request of which just enough is there to be captured. */
function exchangeOf(traceparent?: string) {
  const rawHeaders = traceparent === undefined ? [] : ['traceparent', `00-${traceparent}-00f067aa0ba902b7-01`]
  const req = Object.assign(new EventEmitter(), { method: 'POST', rawHeaders, socket: new EventEmitter() })
  const res = Object.assign(new EventEmitter(), { statusCode: 200, headersSent: true, writableEnded: true })
  const exchange = {
    ...{ req: req as unknown as IncomingMessage, res: res as unknown as ServerResponse, url: '/things', native: req },
    ...{ route: () => ({ pattern: '/things', params: {} }), user: () => undefined, body: () => undefined },
  }
  return { exchange, end: () => [res.emit('prefinish'), res.emit('finish')] }
}

it.each([
  ["the span's, which wins over the header of a stranger", TRACE, OTHER, TRACE],
  ["the header's where no span is active", undefined, OTHER, OTHER],
  ['none where there is neither', undefined, undefined, undefined],
])('gives the event of a request its trace: %s', (_which, span, header, expected) => {
  const trail = createMemoryTrail()
  const { exchange, end } = exchangeOf(header)
  const capture = (): unknown => trail.capture(exchange, () => undefined)
  if (span === undefined) capture()
  else inSpan(span, capture)
  end()
  expect(trail.events()).toMatchObject([{ source: 'http', ...(expected !== undefined && { trace_id: expected }) }])
  expect(trail.events()[0]?.trace_id ?? undefined).toBe(expected)
})

it('gives the trace to what a job records, unless the event names one', async () => {
  const trail = createMemoryTrail()
  await inSpan(TRACE, () => trail.record({ action: 'thing.made' }))
  await inSpan(TRACE, () => trail.record({ action: 'thing.made', traceId: OTHER }))
  expect(trail.events().map(({ trace_id }) => trace_id)).toEqual([TRACE, OTHER])
})
