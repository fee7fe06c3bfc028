import { read, serveApi, type SeenEntry, type SeenPage, type ServedApi } from '../../../../test/http/serve-api'
import { staticTokens } from './static-tokens'

let served: ServedApi
let nowMs: number
const token = 'reader'

beforeEach(async () => {
  nowMs = Date.UTC(2025, 5, 1)
  served = await serveApi({
    now: () => nowMs,
    // As in a real trail, what is read becomes an event of the very list that is read.
    viewed: (event) =>
      served.log.add({ action: event.action, workspace_id: event.workspace ?? '', actor_id: event.actor?.id ?? '' }),
    authorize: staticTokens({
      [token]: { id: 'ann', workspaces: ['acme'], permissions: ['activity:read'] },
      other: { id: 'bob', workspaces: ['acme'], permissions: ['activity:read'] },
      root: { id: 'root', workspaces: '*', permissions: ['activity:admin'] },
    }),
  })
})
afterEach(() => served.stop())

function fill(count: number, workspace = 'acme'): string[] {
  return Array.from(
    { length: count },
    () => `evt_${served.log.add({ action: 'issue.updated', workspace_id: workspace }).id}`,
  )
}

const idsOf = (entries: SeenEntry[]): string[] => entries.map(({ id }) => id)

/** The loop that clients of the S3 shape run: `offset += limit` until a page is empty. */
async function loopByOffset(limit: number, between: () => void = () => undefined): Promise<string[]> {
  const seen: string[] = []
  for (let offset = 0; ; offset += limit) {
    const response = await served.get(`/workspaces/acme/activity?limit=${limit}&offset=${offset}`, { token })
    const entries = await read<SeenEntry[]>(response)
    if (entries.length === 0) return seen
    seen.push(...idsOf(entries))
    between()
  }
}

async function followLinks(path: string, between: () => void = () => undefined): Promise<string[]> {
  const seen: string[] = []
  let next: string | undefined = `/api/v1${path}`
  while (next !== undefined) {
    const response: Response = await fetch(served.origin + next, { headers: { authorization: `Bearer ${token}` } })
    const answer = await read<SeenPage | SeenEntry[]>(response)
    seen.push(...idsOf('items' in answer ? answer.items : answer))
    next = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    between()
  }
  return seen
}

describe('offset += limit over 500 rows', () => {
  it('sees each id once, although the first read is itself an event', async () => {
    const ids = fill(500)
    expect(await loopByOffset(50)).toEqual(ids.reverse())
  })

  it('sees each id once while events arrive and minutes pass', async () => {
    const ids = fill(500)
    const seen = await loopByOffset(50, () => {
      fill(7)
      nowMs += 30_000
    })
    expect(seen).toEqual(ids.reverse())
  })

  it('starts anew with each first page', async () => {
    fill(10)
    await loopByOffset(5)
    const newer = fill(1)
    expect((await loopByOffset(5))[0]).toBe(newer[0])
  })

  it('counts from the newest entry again when the first page is long past', async () => {
    fill(10)
    await served.get('/workspaces/acme/activity?limit=5', { token })
    const newer = fill(5)
    nowMs += 61_000
    const response = await served.get('/workspaces/acme/activity?limit=1&offset=4', { token })
    expect(idsOf(await read<SeenEntry[]>(response))).toEqual([newer[0]])
  })

  it('is not shifted by what another principal reads', async () => {
    const ids = fill(10).reverse()
    await served.get('/workspaces/acme/activity?limit=5', { token })
    fill(3)
    await served.get('/workspaces/acme/activity?limit=5', { token: 'other' })
    const response = await served.get('/workspaces/acme/activity?limit=5&offset=5', { token })
    expect(idsOf(await read<SeenEntry[]>(response))).toEqual(ids.slice(5))
  })
})

describe('Link', () => {
  it.each([
    '/workspaces/acme/activity?limit=7',
    '/audit-logs/?limit=7&action=UPDATE',
    '/activity?limit=7&action=issue.*',
  ])('leads through %s once, while events arrive', async (path) => {
    const ids = fill(40).reverse()
    expect(await followLinks(path, () => fill(3))).toEqual(ids)
  })

  it('keeps the parameters, drops the place, and is absent where there is no more', async () => {
    fill(3)
    const response = await served.get('/activity?action=issue.*&user=a%26b&limit=2&offset=1', { token })
    expect(response.headers.get('link')).toBe('</api/v1/activity?action=issue.*&user=a%26b&limit=2>; rel="first"')
    const more = await served.get('/audit-logs/?limit=2', { token })
    expect(more.headers.get('link')).toMatch(
      /^<\/api\/v1\/audit-logs\/\?limit=2>; rel="first", <\/api\/v1\/audit-logs\/\?limit=2&cursor=[\w-]+>; rel="next"$/,
    )
  })

  it('encodes whatever a path holds', async () => {
    const { headers } = await served.api.handle({
      method: 'GET',
      path: `/users/${encodeURIComponent('"><x>\r\n é/💩')}/activity`,
      query: new URLSearchParams(),
      headers: { authorization: `Bearer ${token}` },
      mount: '/a b\r\n<é>/v1',
    })
    expect(headers.link).toBe(
      '</a%20b%0D%0A%3C%C3%A9%3E/v1/users/%22%3E%3Cx%3E%0D%0A%20%C3%A9%2F%F0%9F%92%A9/activity>; rel="first"',
    )
  })
})

describe('totals', () => {
  it('are floors where the query says so', async () => {
    const list = async () => ({ items: [], total: 10_000, totalRelation: 'at_least' as const })
    const floors = await serveApi({
      query: { ...served.log, list },
      authorize: () => ({ id: 'x', workspaces: ['acme'], permissions: ['activity:read'] }),
    })
    const bare = await floors.get('/workspaces/acme/activity')
    expect(bare.headers.get('x-total-count')).toBe('10000')
    expect(bare.headers.get('x-total-relation')).toBe('at_least')
    for (const path of ['/audit-logs/', '/activity']) {
      expect(await (await floors.get(path)).json()).toMatchObject({ total: 10_000, total_relation: 'at_least' })
    }
    await floors.stop()
  })

  it('are the same on every page of a list', async () => {
    fill(30)
    for (const offset of [0, 10, 20, 1_000_000]) {
      const page = await read<SeenPage>(served.get(`/audit-logs/?action=UPDATE&offset=${offset}`, { token }))
      expect(page.total).toBe(30)
    }
  })
})

describe('across workspaces', () => {
  const all = (query = '') => served.get(`/activity?workspace=*&limit=4${query}`, { token: 'root' })

  it('answers in log order, by cursor, without a total', async () => {
    for (const workspace of ['acme', 'beta', '_system', 'acme', 'gamma']) fill(1, workspace)
    const first = await all()
    expect(first.headers.has('x-total-count')).toBe(false)
    const page = await read<SeenPage>(first)
    expect(page).toMatchObject({ total: null, offset: 0 })
    const organizations = page.items.map(({ context }) => context?.organization)
    expect(organizations).toEqual(['gamma', 'acme', '_system', 'beta'])
    const rest = await read<SeenPage>(all(`&cursor=${page.next_cursor}`))
    expect(rest.items).toHaveLength(1)
    expect(rest.next_cursor).toBeNull()
  })

  it('takes no offset and no cursor of one workspace', async () => {
    expect((await all('&offset=4')).status).toBe(400)
    expect((await all('&cursor=dzQ')).status).toBe(400)
  })
})
