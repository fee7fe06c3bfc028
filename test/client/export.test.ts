import { ActrailClientError, type Client, createClient, type ExportFormat, type ExportQuery } from '@actrail/client'
import fc from 'fast-check'

import { type Break, type Fault, type FaultServer, startFaultServer } from './fault-server'
import { fill, serveLog, type ServedLog } from './serve-log'

const EVENTS = 60
// Exports are events too: what is asked for is of one kind.
const NUMBERED: ExportQuery = { action: ['n.*'] }

let served: ServedLog
let between: FaultServer
let client: Client
beforeAll(async () => {
  served = await serveLog()
  await fill(served.trail, EVENTS)
  between = await startFaultServer(served.origin)
  client = createClient({ baseUrl: `${between.origin}/api/v1`, token: 'ann' })
  // Waits that are drawn at random are drawn short.
  jest.spyOn(Math, 'random').mockReturnValue(0.001)
})
afterEach(() => between.forget())
afterAll(async () => {
  await between.stop()
  await served.stop()
})

/** What the API itself answers. */
async function direct(format: ExportFormat, query = 'action=n.*'): Promise<string> {
  const headers = { authorization: 'Bearer ann' }
  return (await fetch(`${served.baseUrl}/activity/export?${query}&format=${format}`, { headers })).text()
}

async function exported(format: ExportFormat, query = NUMBERED): Promise<string> {
  return (await pieces(client.export(query, { format }))).toString()
}

async function pieces(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of file) all.push(piece)
  return Buffer.concat(all)
}

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error,
  )

describe.each<ExportFormat>(['csv', 'json', 'ndjson'])('an export as %s', (format) => {
  it('is byte for byte what the API gives', async () => {
    expect(await exported(format)).toBe(await direct(format))
  })

  it('of nothing is the empty file of its format', async () => {
    expect(await exported(format, { action: ['no.such'] })).toBe(await direct(format, 'action=no.such'))
  })

  it('is the same file wherever its connections broke, or were passed on as if whole', async () => {
    const whole = await direct(format)
    const cut = fc.record<Break>({
      kind: fc.constantFrom('cut', 'shorten'),
      afterBytes: fc.nat(Buffer.byteLength(whole) + 20),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 3 }), async (cuts) => {
        between.forget()
        between.plan(/export/, ...cuts)
        expect(await exported(format)).toBe(whole)
      }),
      { numRuns: 40 },
    )
  })

  it('is not taken for whole where a proxy ended it behind an event', async () => {
    const whole = await direct(format)
    const cut = whole.indexOf('\nevt_', 900) + 1 || whole.indexOf('\n{', 900) + 1
    expect(cut).toBeGreaterThan(900)
    between.plan(/export/, { kind: 'shorten', afterBytes: Buffer.byteLength(whole.slice(0, cut)) })
    expect(await exported(format)).toBe(whole)
  })

  it('may come one byte at a time', async () => {
    between.plan(/export/, { kind: 'trickle' })
    expect(await exported(format, { action: ['n.1', 'n.2'] })).toBe(await direct(format, 'action=n.1&action=n.2'))
  })

  it('that breaks off again and again without an event more is no file, and says how far it came', async () => {
    const whole = await direct(format)
    const faults = Array.from({ length: 5 }, (): Fault => ({ kind: 'cut', afterBytes: 1_500 }))
    between.plan(/export/, ...faults, ...Array.from({ length: 5 }, (): Fault => ({ kind: 'cut', afterBytes: 100 })))
    const error = await failure(exported(format))
    expect(error).toBeInstanceOf(ActrailClientError)
    const [, id = ''] = /(evt_\S+) and the file is not whole/.exec((error as Error).message) ?? []
    expect(error).toMatchObject({ code: 'ERR_CLIENT_EXPORT_INCOMPLETE', cause: { code: 'ERR_CLIENT_NETWORK' } })
    expect(whole).toContain(id.slice('evt_'.length))
  })
})

describe('an export', () => {
  it('that the API refuses throws what the API says, at once', async () => {
    const refused = createClient({ baseUrl: `${between.origin}/api/v1`, token: 'reader' })
    const error = await failure(pieces(refused.export({}, { format: 'csv' })))
    expect(error).toMatchObject({ code: 'ERR_PERMISSION_MISSING', status: 403 })
    expect(between.seen).toHaveLength(1)
  })

  it('throws when its signal ends it, with the reason', async () => {
    const leaving = new AbortController()
    const reason = new Error('the page was left')
    const reading = (async () => {
      for await (const piece of client.export(NUMBERED, { format: 'json', signal: leaving.signal })) {
        if (piece.length > 0) leaving.abort(reason)
      }
    })()
    expect(await failure(reading)).toMatchObject({ code: 'ERR_CLIENT_ABORTED', cause: reason })
  })

  it('that is left asks for no more', async () => {
    const file = client.export(NUMBERED, { format: 'csv' })[Symbol.asyncIterator]()
    await file.next()
    await file.return?.()
    expect(between.seen).toHaveLength(1)
  })

  it('keeps its hour, however long it takes: the rest of it is asked for from the same beginning', async () => {
    between.plan(/export/, { kind: 'cut', afterBytes: 2_000 })
    await exported('json', { ...NUMBERED, since: '1h' })
    const asked = between.seen.map(({ url }) => new URL(url, between.origin).searchParams.get('since'))
    expect(asked[0]).toBe('1h')
    expect(asked[1]).toMatch(/^1h\d+ms$/)
  })
})
