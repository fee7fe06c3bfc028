import { type Client, type ClientOptions, createClient } from '@actrail/client'

import { type Fault, type FaultServer, startFaultServer } from './fault-server'
import { serveLog, type ServedLog } from './serve-log'

let served: ServedLog
let between: FaultServer
let client: Client
beforeEach(async () => {
  // Waits that are drawn at random are drawn short.
  jest.spyOn(Math, 'random').mockReturnValue(0.001)
  served = await serveLog()
  between = await startFaultServer(served.origin)
  client = reach()
})
afterEach(async () => {
  jest.restoreAllMocks()
  await between.stop()
  await served.stop()
})

const reach = (options: Partial<ClientOptions> = {}): Client =>
  createClient({ baseUrl: `${between.origin}/api/v1`, token: 'ann', ...options })

const recorded = (action: string) => served.trail.events().filter((event) => event.action === action)

describe('a request is tried again', () => {
  it.each([408, 429, 502, 503, 504])('when it is answered %i', async (status) => {
    between.plan(/activity/, { kind: 'answer', status, headers: { 'retry-after': '0' } }, { kind: 'answer', status })
    await expect(client.list()).resolves.toMatchObject({ offset: 0 })
    expect(between.seen).toHaveLength(3)
  })

  it.each<Fault>([{ kind: 'refuse' }, { kind: 'cut', afterBytes: 5 }, { kind: 'lose' }])(
    'when its connection breaks: $kind',
    async (fault) => {
      between.plan(/activity/, fault)
      await expect(client.list()).resolves.toMatchObject({ offset: 0 })
      expect(between.seen).toHaveLength(2)
    },
  )

  it('when nothing is answered for too long', async () => {
    between.plan(/activity/, { kind: 'hang' })
    await expect(reach({ timeoutMs: 250 }).list()).resolves.toMatchObject({ offset: 0 })
  })

  it('as often as it may, and then says what happened', async () => {
    between.plan(/activity/, ...Array.from({ length: 9 }, (): Fault => ({ kind: 'refuse' })))
    await expect(reach({ retries: 2 }).list()).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    expect(between.seen).toHaveLength(3)
    await expect(reach({ retries: 0 }).list()).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    expect(between.seen).toHaveLength(4)
  })
})

describe('a request is not tried again', () => {
  it.each([400, 403, 404, 409, 500])('when it is answered %i', async (status) => {
    between.plan(/activity/, { kind: 'answer', status, body: '<html>no</html>' })
    await expect(client.list()).rejects.toMatchObject({ code: 'ERR_CLIENT_ANSWER_INVALID', status })
    expect(between.seen).toHaveLength(1)
  })

  it('when the server wants to be left alone for longer than a caller would wait', async () => {
    between.plan(/activity/, { kind: 'answer', status: 429, headers: { 'retry-after': '3600' } })
    await expect(client.list()).rejects.toMatchObject({ status: 429, retryAfterMs: 3_600_000 })
    expect(between.seen).toHaveLength(1)
  })

  it('when its signal ends it while it waits for an answer, or for the next attempt', async () => {
    const leaving = new AbortController()
    between.plan(/activity/, { kind: 'answer', status: 503, headers: { 'retry-after': '50' } }, { kind: 'hang' })
    const waits = client.list({}, { signal: leaving.signal })
    const hangs = client.list({}, { signal: leaving.signal })
    while (between.seen.length < 2) await new Promise((resolve) => setImmediate(resolve))
    leaving.abort()
    for (const call of [waits, hangs]) await expect(call).rejects.toMatchObject({ code: 'ERR_CLIENT_ABORTED' })
    expect(between.seen).toHaveLength(2)
  })

  it('when its signal had ended before', async () => {
    const call = client.list({}, { signal: AbortSignal.abort() })
    await expect(call).rejects.toMatchObject({ code: 'ERR_CLIENT_ABORTED' })
    expect(between.seen).toHaveLength(0)
  })
})

describe('a recorded event', () => {
  it.each<Fault>([{ kind: 'lose' }, { kind: 'cut', afterBytes: 10 }, { kind: 'refuse' }])(
    'is one event, whatever becomes of the answer: $kind',
    async (fault) => {
      between.plan(/events/, fault, fault)
      const id = await client.record({ action: 'env.create' })
      expect(between.seen).toHaveLength(3)
      expect(recorded('env.create').map((event) => `evt_${event.id}`)).toEqual([id])
    },
  )

  it('is another one when it is recorded again, unless it is given the same id', async () => {
    const event = { action: 'env.create' }
    const id = await client.record(event)
    await client.record(event)
    await client.record({ ...event, id })
    expect(recorded('env.create')).toHaveLength(2)
  })

  it('that is not well-formed is refused once, and names the member', async () => {
    const call = client.record({ action: 'env.create', status_code: 7 })
    await expect(call).rejects.toMatchObject({ code: 'ERR_BODY_INVALID', parameter: 'status_code' })
    expect(between.seen).toHaveLength(1)
  })

  it('that JSON cannot carry is not sent', async () => {
    await expect(client.record({ action: 'a.b', details: { n: 1n } })).rejects.toThrow(/BigInt/)
    expect(between.seen).toHaveLength(0)
  })
})

describe('a token', () => {
  it('that is fetched is fetched for each request, and once more when it was refused', async () => {
    const tokens = ['ann', 'expired', 'ann']
    const renewing = reach({ token: async () => tokens.shift() ?? 'none' })
    await renewing.list()
    await expect(renewing.list()).resolves.toMatchObject({ offset: 0 })
    expect(between.seen.map(({ headers }) => headers.authorization)).toEqual([
      ...['Bearer ann', 'Bearer expired', 'Bearer ann'],
    ])
  })

  it('that is refused twice is refused', async () => {
    const wrong = reach({ token: () => 'wrong' })
    await expect(wrong.list()).rejects.toMatchObject({ code: 'ERR_CREDENTIALS_REFUSED', status: 401 })
    expect(between.seen).toHaveLength(2)
  })

  it('that is fixed is not sent again', async () => {
    await expect(reach({ token: 'wrong' }).list()).rejects.toMatchObject({ status: 401 })
    expect(between.seen).toHaveLength(1)
  })

  it('that cannot be fetched says so, with the error as cause', async () => {
    const cause = new Error('signed out')
    const call = reach({ token: () => Promise.reject(cause) }).list()
    await expect(call).rejects.toMatchObject({ code: 'ERR_CLIENT_TOKEN_FAILED', cause })
  })

  it('that is never fetched is a time-out', async () => {
    const never = reach({ token: () => new Promise<string>(() => undefined), timeoutMs: 50, retries: 0 })
    await expect(never.list()).rejects.toMatchObject({ code: 'ERR_CLIENT_TIMEOUT' })
  })
})

it('every request carries the headers of the client', async () => {
  await reach({ headers: { 'x-tenant': 'acme' } }).list()
  expect(between.seen[0]?.headers['x-tenant']).toBe('acme')
})
