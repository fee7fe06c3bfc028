import { read, type SeenPage, serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { ROUTES } from './routes/table'
import { staticTokens } from './static-tokens'

let served: ServedApi
const token = 'reader'

beforeEach(async () => {
  served = await serveApi({
    authorize: staticTokens({ [token]: { id: 'ann', workspaces: ['acme'], permissions: ['activity:read'] } }),
  })
  for (let n = 0; n < 5; n++) served.log.add({ action: 'issue.updated', workspace_id: 'acme', actor_id: 'x' })
})
afterEach(() => served.stop())

const get = (path: string, tag?: string | null, method = 'GET') =>
  served.get(path, { token, method, headers: tag ? { 'if-none-match': tag } : {} })
const tagOf = async (path: string): Promise<string> => (await get(path)).headers.get('etag') ?? ''

const SHOWING = ROUTES.filter(({ answer }) => answer.headers !== undefined && 'ETag' in answer.headers)

it('is on every list, on a single event and on all figures', () => {
  expect(SHOWING.map(({ operationId }) => operationId)).toEqual([
    ...['listWorkspaceActivity', 'listIssueActivity', 'listUserActivity', 'listAuditLogs', 'listActivity'],
    ...['summariseActivity', 'getActivity', 'summariseUser', 'readTimeline', 'readPeakHours'],
    ...['rankResources', 'rankUsers', 'listInactiveUsers'],
  ])
})

describe.each(SHOWING.map(({ path }) => path))('%s', (path) => {
  const target = () =>
    path.replace('{ws_id}', 'acme').replace('{id}', served.log.events[0]?.id ?? '').replace(/\{\w+\}/, 'x') // prettier-ignore

  it('is answered with 304 and no body to whoever has the answer', async () => {
    const first = await get(target())
    const etag = first.headers.get('etag')
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    for (const named of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get(target(), named)
      expect(again.status).toBe(304)
      expect(await again.text()).toBe('')
      for (const name of ['etag', 'link', 'x-total-count', 'cache-control']) {
        expect(again.headers.get(name)).toBe(first.headers.get(name))
      }
    }
    expect((await get(target(), etag, 'HEAD')).status).toBe(304)
  })

  it('is given in full to whoever names another answer, or none', async () => {
    for (const named of ['"other"', '*', 'x', '', ',']) expect((await get(target(), named)).status).toBe(200)
  })
})

it('changes when anything in the answer does: events, place, total, links', async () => {
  const tags = new Set<string>()
  for (const path of ['?limit=2', '?limit=3', '?limit=2&offset=1', '?limit=5', '?limit=200', '?action=none']) {
    tags.add(await tagOf(`/activity${path}`))
  }
  expect(tags.size).toBe(6)
  // A bare array says its total in a header only.
  const path = '/workspaces/acme/activity?limit=1&cursor=dzE'
  const before = await get(path)
  const shown = await before.text()
  served.log.add({ action: 'issue.updated', workspace_id: 'acme', occurred_at: 0 })
  const after = await get(path, before.headers.get('etag'))
  expect(after.status).toBe(200)
  expect(await after.text()).toBe(shown)
  expect(after.headers.get('x-total-count')).toBe('6')
})

it('is the answer again as soon as it would differ', async () => {
  const path = '/activity?action=issue.*'
  const etag = await tagOf(path)
  expect((await get(path, etag)).status).toBe(304)
  served.log.add({ action: 'issue.created', workspace_id: 'acme' })
  const response = await get(path, etag)
  expect(response.status).toBe(200)
  expect((await read<SeenPage>(response)).total).toBe(6)
})

it('is no way around the permission, and a read like any other', async () => {
  const etag = await tagOf('/activity')
  expect((await served.get('/activity', { headers: { 'if-none-match': etag } })).status).toBe(401)
  expect((await get('/activity?user=x', await tagOf('/activity?user=x'))).status).toBe(304)
  expect(served.viewed).toHaveLength(2)
})
