import type * as Actrail from '@actrail/client'
import { gzipSync } from 'node:zlib'

import { type FaultServer, startFaultServer } from '../client/fault-server'
import { fill, serveLog, type ServedLog } from '../client/serve-log'
import { findChromium, NO_CHROMIUM } from './find-chromium'
import { bundleClient, type ClientPage, openPage } from './open-page'

/** What the page's script has put there. */
declare const actrail: typeof Actrail

const GREETING = 13
const executable = findChromium()

it('weighs less than 6 kB, minified and compressed, and needs nothing of Node', async () => {
  const bytes = gzipSync(await bundleClient('esm'), { level: 9 }).length
  expect(bytes).toBeLessThan(6_000)
})

if (executable === undefined) {
  it('in a browser: needs a Chromium, on CI always', () => {
    if (process.env.CI) throw new Error(NO_CHROMIUM)
    console.warn(NO_CHROMIUM)
  })
} else describe('in a page of the application', () => inPage(executable))

function inPage(path: string): void {
  let served: ServedLog
  let between: FaultServer
  let opened: ClientPage
  beforeAll(async () => {
    served = await serveLog()
    between = await startFaultServer(served.origin)
    opened = await openPage(path, served, between)
  }, 60_000)
  afterEach(() => between.forget())
  afterAll(async () => {
    await opened?.close()
    await between.stop()
    await served.stop()
  })

  it('records an event, and lists and shows it', async () => {
    const { id, listed, shown } = await opened.page.evaluate(async () => {
      const client = actrail.createClient({ baseUrl: '/api/v1', token: () => Promise.resolve('ann') })
      const id = await client.record({ action: 'env.create', details: { text: 'Käfer 🐞' } })
      const { items, total } = await client.list({ action: ['env.*'] })
      return { id, listed: { items, total }, shown: await client.get(id) }
    })
    expect(listed).toMatchObject({ total: 1, items: [{ id, action: 'env.create', details: { text: 'Käfer 🐞' } }] })
    expect(shown).toEqual(listed.items[0])
  })

  it('stores an event once whose answer was lost', async () => {
    between.plan(/events/, { kind: 'lose' })
    const id = await opened.page.evaluate(() =>
      actrail.createClient({ baseUrl: '/api/v1', token: 'ann' }).record({ action: 'env.stop' }),
    )
    const stored = served.trail.events().filter(({ action }) => action === 'env.stop')
    expect(stored.map((event) => `evt_${event.id}`)).toEqual([id])
  })

  it('throws an error with the API’s code', async () => {
    const error = await opened.page.evaluate(() =>
      actrail
        .createClient({ baseUrl: '/api/v1', token: 'ann' })
        .list({ limit: 999 })
        .catch((caught: unknown) => {
          const { code, status, parameter } = caught as Actrail.ActrailClientError
          return { code, status, parameter, isOurs: caught instanceof actrail.ActrailClientError }
        }),
    )
    expect(error).toEqual({ code: 'ERR_PARAMETER_INVALID', status: 400, parameter: 'limit', isOurs: true })
  })

  it('goes through all pages', async () => {
    await fill(served.trail, 450)
    const actions = await opened.page.evaluate(async () => {
      const client = actrail.createClient({ baseUrl: '/api/v1', token: 'ann' })
      const actions: string[] = []
      for await (const { action } of client.all({ action: ['n.*'] })) actions.push(action)
      return actions
    })
    expect(actions).toEqual(Array.from({ length: 450 }, (_, n) => `n.${449 - n}`))
  })

  it.each(['csv', 'json', 'ndjson'] as const)('exports %s, also over a connection that broke', async (format) => {
    between.plan(/export/, { kind: 'cut', afterBytes: 20_000 })
    const file = await opened.page.evaluate(async (format) => {
      const client = actrail.createClient({ baseUrl: '/api/v1', token: 'ann' })
      const decoder = new TextDecoder()
      let text = ''
      for await (const piece of client.export({ action: ['n.*'] }, { format }))
        text += decoder.decode(piece, { stream: true })
      return text
    }, format)
    const headers = { authorization: 'Bearer ann' }
    const direct = await fetch(`${served.baseUrl}/activity/export?format=${format}&action=n.*`, { headers })
    expect(file).toBe(await direct.text())
    expect(between.seen.length).toBeGreaterThan(1)
  })

  it('follows the log, each event once and in order, over connections that break', async () => {
    const breaks = [GREETING, 400, 1_000].map((afterBytes) => ({ kind: 'cut', afterBytes }) as const)
    between.plan(/stream/, ...breaks)
    const following = opened.page.evaluate(async () => {
      const client = actrail.createClient({ baseUrl: '/api/v1', token: 'ann' })
      const actions: string[] = []
      let openings = 0
      const onState = ({ kind }: Actrail.StreamState): void => void (openings += kind === 'open' ? 1 : 0)
      for await (const { action } of client.stream({ action: ['live.*'] }, { onState })) {
        if (actions.push(action) === 10) break
      }
      return { actions, openings }
    })
    while (!between.seen.some(({ url }) => url.includes('stream'))) await new Promise((done) => setTimeout(done, 5))
    for (let n = 0; n < 10; n++) await served.trail.record({ action: `live.${n}`, workspace: 'acme' })
    const { actions, openings } = await following
    expect(actions).toEqual(Array.from({ length: 10 }, (_, n) => `live.${n}`))
    expect(openings).toBeGreaterThan(2)
    while (served.inFlight() > 0) await new Promise((done) => setTimeout(done, 5))
  })
}
