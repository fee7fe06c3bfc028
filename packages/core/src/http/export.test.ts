import { gunzipSync } from 'node:zlib'

import { expectProblem } from '../../../../test/http/expect-problem'
import { serveApi, type ServedApi, type SeenEntry } from '../../../../test/http/serve-api'
import { staticTokens } from './static-tokens'

let served: ServedApi
beforeEach(async () => {
  served = await serveApi({
    authorize: staticTokens({
      exporter: { id: 'ann', workspaces: ['acme'], permissions: ['activity:export'] },
      reader: { id: 'bob', workspaces: ['acme'], permissions: ['activity:read'] },
    }),
  })
  for (let n = 0; n < 2_500; n++)
    served.log.add({ action: n % 5 === 0 ? 'env.create' : 'env.update', workspace_id: 'acme' })
  served.log.add({ action: 'env.create', workspace_id: 'rival' })
})
afterEach(() => served.stop())

const lines = (text: string): SeenEntry[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SeenEntry)

describe('GET /activity/export', () => {
  it('gives every event of the workspace that the filter finds, newest first', async () => {
    const answer = await served.get('/activity/export?format=ndjson&action=env.create', { token: 'exporter' })
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="activity-\d{4}-\d\d-\d\d\.ndjson"$/,
    )
    const events = lines(await answer.text())
    expect(events).toHaveLength(500)
    expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['env.create']))
  })

  it('shows each event as the list does', async () => {
    const [listed] = (
      (await (await served.get('/activity?workspace=acme', { token: 'reader' })).json()) as { items: SeenEntry[] }
    ).items
    const exported = (await (
      await served.get('/activity/export?format=json', { token: 'exporter' })
    ).json()) as SeenEntry[]
    expect(exported[0]).toEqual(listed)
  })

  it('goes on below an event, so that what broke off can be completed', async () => {
    const all = lines(await (await served.get('/activity/export?format=ndjson', { token: 'exporter' })).text())
    const half = all.slice(0, 1_234)
    const rest = await served.get(`/activity/export?format=ndjson&cursor=${half.at(-1)?.id}`, { token: 'exporter' })
    expect([...half, ...lines(await rest.text())]).toEqual(all)
  })

  it('refuses to go on below an event of another workspace', async () => {
    const foreign = served.log.events.at(-1)?.id
    const answer = await served.get(`/activity/export?cursor=${foreign}`, { token: 'exporter' })
    expect(await expectProblem(answer)).toMatchObject({ code: 'ERR_CURSOR_INVALID', parameter: 'cursor' })
  })

  it('is squeezed for whoever takes gzip', async () => {
    const squeezed = await served.api.handle({
      method: 'GET',
      path: '/activity/export',
      query: new URLSearchParams('format=ndjson'),
      headers: { authorization: 'Bearer exporter', 'accept-encoding': 'br, gzip;q=0.5' },
    })
    expect(squeezed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    const chunks: Buffer[] = []
    for await (const chunk of squeezed.body as AsyncIterable<Buffer>) chunks.push(chunk)
    expect(lines(gunzipSync(Buffer.concat(chunks)).toString())).toHaveLength(2_500)
  })

  it('is an event itself, with its filter and its count', async () => {
    await (await served.get('/activity/export?format=ndjson&action=env.create', { token: 'exporter' })).text()
    expect(served.viewed).toEqual([
      expect.objectContaining({
        action: 'activity.exported',
        actor: { type: 'user', id: 'ann' },
        workspace: 'acme',
        result: 'success',
        details: { format: 'ndjson', events: 500, filter: { action: ['env.create'] } },
      }),
    ])
  })

  it('is recorded as aborted when the reader leaves', async () => {
    // More than sockets buffer: without end.
    const items = served.log.events.slice(0, 1_000)
    served.log.scroll = () => Promise.resolve({ items, nextCursor: 'on' })
    const leaving = new AbortController()
    const answer = await served.get('/activity/export?format=ndjson', { token: 'exporter', signal: leaving.signal })
    await answer.body?.getReader().read()
    leaving.abort()
    while (served.viewed.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(served.viewed[0]).toMatchObject({ action: 'activity.exported', result: 'aborted' })
  })

  it('needs its own permission', async () => {
    const answer = await served.get('/activity/export', { token: 'reader' })
    expect((await expectProblem(answer)).code).toBe('ERR_PERMISSION_MISSING')
  })

  it('ends the connection when the log fails half way, and counts it', async () => {
    const { scroll } = served.log
    let stretches = 0
    served.log.scroll = (...args) => (++stretches > 2 ? Promise.reject(new Error('away')) : scroll(...args))
    const answer = await served.get('/activity/export?format=ndjson', { token: 'exporter' })
    await expect(answer.text()).rejects.toThrow()
    expect(served.reported).toHaveLength(1)
  })

  it('answers 503 when the log cannot be read at all', async () => {
    served.log.csv = () => Promise.reject(new Error('away'))
    const answer = await served.get('/activity/export', { token: 'exporter' })
    expect((await expectProblem(answer)).code).toBe('ERR_STORE_UNAVAILABLE')
  })

  it('is a table by default, with a header and a line for each event', async () => {
    served.log.add({ action: '=HYPERLINK("http://evil")', workspace_id: 'acme', actor_id: '-1' })
    const text = await (await served.get('/activity/export', { token: 'exporter' })).text()
    const [header, first, ...others] = text.split('\r\n')
    expect(header).toMatch(/^id,timestamp,workspace_id,/)
    expect(first).toContain(`,"'=HYPERLINK(""http://evil"")",`)
    expect(first).toContain(`,"'-1",`)
    expect(others).toHaveLength(2_501)
  })

  it('answers HEAD without reading anything', async () => {
    const answer = await served.get('/activity/export', { token: 'exporter', method: 'HEAD' })
    expect([answer.status, served.viewed.length]).toEqual([200, 0])
  })
})
