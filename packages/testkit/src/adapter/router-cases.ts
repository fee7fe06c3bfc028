import { ok, strictEqual } from 'node:assert'
import { CASE_WORKSPACE, type ServedCaseApp, USER_HEADER } from './case-app'
import { CASE_TOKEN } from './outcome-cases'
import { readEvents } from './read-events'

/** One thing that the mounted router does, whatever it is mounted in. */
export interface RouterCase {
  /** The end of the sentence "the router …". */
  readonly name: string
  /** Rejects when the router does something else. @param mount where the router is mounted */
  check(served: ServedCaseApp, mount: string): Promise<void>
}

const LIST = `/workspaces/${CASE_WORKSPACE}/activity`

/** What the router of every adapter does, over real HTTP. The log must hold events already. */
export const routerCases: readonly RouterCase[] = [
  {
    name: 'turns away whoever brings no credentials, as a problem with a code',
    async check(served, mount) {
      const response = await get(served, `${mount}${LIST}`, { headers: {} })
      strictEqual(response.status, 401)
      strictEqual(response.headers.get('content-type'), 'application/problem+json')
      ok(response.headers.get('www-authenticate'))
      strictEqual(((await response.json()) as { code: string }).code, 'ERR_CREDENTIALS_MISSING')
    },
  },
  {
    name: 'answers a list to whoever may read it, with its total',
    async check(served, mount) {
      const response = await get(served, `${mount}${LIST}?limit=5`)
      strictEqual(response.status, 200)
      const workspaces = ((await response.json()) as { workspace_id: string }[]).map((entry) => entry.workspace_id)
      strictEqual(workspaces.join(), Array(5).fill(CASE_WORKSPACE).join())
      strictEqual(Number(response.headers.get('x-total-count')), (await readEvents(served.trail)).length)
    },
  },
  {
    name: 'names its own mount point in links, which lead on',
    async check(served, mount) {
      const response = await get(served, `${mount}${LIST}?limit=2`)
      const link = /<([^>]+)>; *rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
      ok(link, `no next link in ${response.headers.get('link')}`)
      const next = new URL(link, `http://127.0.0.1:${served.port}${mount}`)
      ok(next.pathname.startsWith(mount), next.pathname)
      const seen = new Set((await items(response)).map(({ id }) => id))
      const more = await items(await get(served, `${next.pathname}${next.search}`))
      strictEqual(more.length, 2)
      ok(more.every(({ id }) => !seen.has(id)))
    },
  },
  {
    name: 'finds the same event by its id and in the list',
    async check(served, mount) {
      const [first] = await items(await get(served, `${mount}${LIST}?limit=1`))
      ok(first)
      const response = await get(served, `${mount}/activity/${first.id}`)
      strictEqual(response.status, 200)
      strictEqual(((await response.json()) as { id: string }).id, first.id)
    },
  },
  {
    name: 'names the parameter that is wrong and the remedy',
    async check(served, mount) {
      const response = await get(served, `${mount}${LIST}?limit=201`)
      strictEqual(response.status, 400)
      const problem = await response.text()
      ok(problem.includes('limit') && problem.includes('200'), problem)
    },
  },
  {
    name: 'takes a trailing slash',
    check: async (served, mount) => strictEqual((await get(served, `${mount}/audit-logs/`)).status, 200),
  },
  {
    name: 'answers HEAD without a body',
    async check(served, mount) {
      const response = await get(served, `${mount}${LIST}`, { method: 'HEAD' })
      strictEqual(response.status, 200)
      strictEqual(await response.text(), '')
    },
  },
  {
    name: 'writes an export as it reads it, to its end, and records it',
    async check(served, mount) {
      await served.trail.flush()
      const before = await readEvents(served.trail)
      const response = await get(served, `${mount}/activity/export?format=ndjson`)
      strictEqual(response.status, 200)
      strictEqual(response.headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
      const lines = (await response.text()).trimEnd().split('\n')
      strictEqual(lines.length, before.length)
      strictEqual((JSON.parse(lines.at(-1) ?? '') as { id: string }).id, `evt_${before.at(-1)?.id}`)
      await served.trail.flush()
      const exported = (await readEvents(served.trail)).filter(({ action }) => action === 'activity.exported')
      strictEqual(exported.length, 1)
      strictEqual(exported[0]?.details?.events, before.length)
    },
  },
  {
    name: 'records an event from outside once, however often it is sent, although the host parses bodies itself',
    async check(served, mount) {
      const body = JSON.stringify({ id: `evt_${TOLD_ID}`, action: 'invoice.sent', details: { text: 'ü'.repeat(100) } })
      const headers = { ...AUTHORIZED, 'content-type': 'application/json' }
      for (let time = 0; time < 2; time++) {
        const response = await get(served, `${mount}/events`, { method: 'POST', headers, body })
        strictEqual(response.status, 201)
        strictEqual(((await response.json()) as { id: string }).id, `evt_${TOLD_ID}`)
      }
      await served.trail.flush()
      const told = (await readEvents(served.trail)).filter(({ id }) => id === TOLD_ID)
      strictEqual(told.map(({ action, actor_id }) => `${action} by ${actor_id}`).join(), 'invoice.sent by reader')
      strictEqual(told[0]?.details?.text, 'ü'.repeat(100))
    },
  },
  {
    name: 'shows what it offers as OpenAPI',
    async check(served, mount) {
      const response = await get(served, `${mount}/openapi.json`)
      strictEqual(response.status, 200)
      ok(((await response.json()) as { openapi: string }).openapi.startsWith('3.1'))
    },
  },
  {
    name: 'leaves paths that are not its own to the host',
    async check(served, mount) {
      strictEqual((await get(served, `${mount}/no/such/thing`)).status, 404)
    },
  },
  {
    name: 'leaves no event of its own exchanges but one of the read',
    async check(served, mount) {
      await served.trail.flush()
      const before = await readEvents(served.trail)
      for (let read = 0; read < 3; read++) await get(served, `${mount}/audit-logs/?action=no.such&limit=3`)
      await served.trail.flush()
      const known = new Set(before.map(({ id }) => id))
      const added = (await readEvents(served.trail)).filter(({ id }) => !known.has(id))
      strictEqual(added.map(({ action, actor_id }) => `${action} by ${actor_id}`).join(), 'activity.viewed by reader')
    },
  },
]

const AUTHORIZED = { authorization: `Bearer ${CASE_TOKEN}` }

/** Like any that a caller makes for itself. */
const TOLD_ID = '018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'

interface Asking {
  readonly body?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

function get(
  { port }: ServedCaseApp,
  path: string,
  { method = 'GET', headers = AUTHORIZED, body }: Asking = {},
): Promise<Response> {
  const init = { method, headers: { ...headers, [USER_HEADER]: 'somebody' }, ...(body !== undefined && { body }) }
  return fetch(`http://127.0.0.1:${port}${path}`, init)
}

async function items(response: Response): Promise<{ id: string }[]> {
  return (await response.json()) as { id: string }[]
}
