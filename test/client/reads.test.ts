import { type Client, createClient } from '@actrail/client'

import { fill, serveLog, type ServedLog } from './serve-log'

let served: ServedLog
let client: Client
beforeEach(async () => {
  served = await serveLog()
  client = createClient({ baseUrl: served.baseUrl, token: 'ann' })
})
afterEach(() => served.stop())

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('a client', () => {
  it('lists a page with its total and the way to the next one', async () => {
    await fill(served.trail, 5)
    const page = await client.list({ action: ['n.*'], limit: 2 })
    expect(page).toMatchObject({ total: 5, limit: 2, offset: 0, items: [{ action: 'n.4' }, { action: 'n.3' }] })
    const next = await client.list({ action: ['n.*'], limit: 2, cursor: page.next_cursor ?? '' })
    expect(next.items.map(({ action }) => action)).toEqual(['n.2', 'n.1'])
  })

  it('goes through all pages, each event once, while others arrive', async () => {
    await fill(served.trail, 450)
    const actions: string[] = []
    for await (const { action } of client.all({ action: ['n.*'], since: '1h', limit: 60 })) {
      if (actions.push(action) % 100 === 0) await served.trail.record({ action: 'n.new', workspace: 'acme' })
    }
    expect(actions).toEqual(Array.from({ length: 450 }, (_, n) => `n.${449 - n}`))
  })

  it('begins all at an offset, where one is given', async () => {
    await fill(served.trail, 9)
    const events = await gather(client.all({ action: ['n.*'], offset: 3, limit: 2 }))
    expect(events.map(({ action }) => action)).toEqual(['n.5', 'n.4', 'n.3', 'n.2', 'n.1', 'n.0'])
  })

  it('gives the same again when the same question is asked again', async () => {
    await fill(served.trail, 3)
    const all = client.all({ action: ['n.*'] })
    expect(await gather(all)).toEqual(await gather(all))
  })

  it('shows one event by its id', async () => {
    const id = await client.record({ action: 'env.create', resource: { type: 'environment', id: 'env_1' } })
    expect(await client.get(id)).toMatchObject({ id, action: 'env.create', resource: { id: 'env_1' } })
    expect(await client.get(id.slice('evt_'.length))).toMatchObject({ id })
  })

  it('reads the lists of a workspace, an issue, a user and the audit log', async () => {
    await served.trail.record({
      ...{ action: 'issue.created', workspace: 'acme', issue: 'i/1?#%' },
      actor: { type: 'user', id: 'zoë', email: 'zoe@acme.example' },
    })
    expect(await client.workspaceActivity('acme', { limit: 1 })).toMatchObject([{ action: 'issue.created' }])
    const issue = { workspaceId: 'acme', issueId: 'i/1?#%' }
    expect(await client.issueActivity(issue)).toMatchObject([{ issue_id: 'i/1?#%', actor_id: 'zoë' }])
    expect(await client.userActivity('zoë')).toMatchObject({ total: 1, items: [{ action: 'CREATE' }] })
    const logs = await client.auditLogs({ user_email: 'zoe@acme.example', status: 'SUCCESS' })
    expect(logs.items).toMatchObject([{ user_email: 'zoe@acme.example' }])
  })

  it('reads the numbers of dashboards', async () => {
    const actor = { type: 'user', id: 'zoë', email: 'zoe@acme.example' }
    const resource = { type: 'project', id: 'p1' }
    for (const action of ['project.create', 'project.update']) {
      await served.trail.record({ action, workspace: 'acme', actor, resource })
    }
    const query = { since: '7d' }
    expect(await client.summary(query)).toMatchObject({ changes: { total: 2 } })
    expect(await client.userSummary('zoë', query)).toMatchObject({ total: 2 })
    for (const read of [client.timeline, client.peakHours, client.resourceRanking, client.userRanking]) {
      expect(JSON.stringify(await read(query))).toMatch(/"(total|changes)":[2-9]/)
    }
    expect(await client.inactiveUsers()).toMatchObject({ items: [] })
  })

  it('asks about its own workspace, unless a call names another', async () => {
    await served.trail.record({ action: 'a.b', workspace: 'acme' })
    await served.trail.record({ action: 'r.s', workspace: 'rival' })
    const both = createClient({ baseUrl: `${served.baseUrl}/`, token: 'both', workspace: 'acme' })
    const seen = async (query: { workspace?: string | undefined }) =>
      (await both.list({ ...query, action: ['a.b', 'r.s'] })).items.map(({ action }) => action)
    expect(await seen({})).toEqual(['a.b'])
    expect(await seen({ workspace: undefined })).toEqual(['a.b'])
    expect(await seen({ workspace: 'rival' })).toEqual(['r.s'])
    const id = await both.record({ action: 'w.x' }, { workspace: 'rival' })
    expect(await both.get(id)).toMatchObject({ context: { organization: 'rival' } })
  })

  it('says what the API says of a question that it refuses', async () => {
    await expect(client.list({ limit: 999 })).rejects.toMatchObject({
      ...{ name: 'ActrailClientError', code: 'ERR_PARAMETER_INVALID', status: 400, parameter: 'limit' },
      message: expect.stringMatching(/whole number from 1 to 200.*such as limit=20/) as string,
    })
    await expect(client.get('evt_018cc251-f400-7000-8000-00000000abcd')).rejects.toMatchObject({
      ...{ code: 'ERR_EVENT_NOT_FOUND', status: 404 },
    })
  })

  it.each(['', '.', '..'])('takes %j for no id, since a URL would lead elsewhere', async (id) => {
    await expect(client.get(id)).rejects.toMatchObject({ code: 'ERR_CLIENT_INPUT_INVALID' })
    await expect(client.userActivity(id)).rejects.toMatchObject({ code: 'ERR_CLIENT_INPUT_INVALID' })
  })

  it.each(['/api/v1', 'ftp://a.example', 'https://ann:secret@a.example', 'https://a.example/?x=1', 'nonsense'])(
    'cannot be made for %j, and says what an address looks like',
    (baseUrl) => {
      expect(() => createClient({ baseUrl })).toThrow(/such as https:\/\/app\.example\/api\/v1/)
    },
  )

  it.each([
    [{ retries: -1 }, 'retries'],
    [{ retries: Number.NaN }, 'retries'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: 2 ** 31 }, 'timeoutMs'],
  ])('cannot be made with %j', (options, parameter) => {
    expect(() => createClient({ baseUrl: 'http://a.example', ...options })).toThrow(
      expect.objectContaining({ code: 'ERR_CLIENT_INPUT_INVALID', parameter }) as Error,
    )
  })

  it('refuses a token with a line end in it without repeating it', async () => {
    const careless = createClient({ baseUrl: served.baseUrl, token: 'from-a-file\nand-more' })
    const error = await careless.list().catch((caught: unknown) => caught as Error)
    expect(error).toMatchObject({ code: 'ERR_CLIENT_INPUT_INVALID' })
    expect(JSON.stringify([(error as Error).message, String((error as Error).cause)])).not.toContain('from-a-file')
  })

  it('says that an answer of something else is not the API’s', async () => {
    served.app.get('/elsewhere/activity', (_req, res) => void res.send('<html>'))
    served.app.get('/nearby/activity', (_req, res) => void res.json({ hits: [] }))
    for (const mount of ['elsewhere', 'nearby']) {
      await expect(createClient({ baseUrl: `${served.origin}/${mount}` }).list()).rejects.toMatchObject({
        code: 'ERR_CLIENT_ANSWER_INVALID',
      })
    }
  })
})
