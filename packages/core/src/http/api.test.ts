import { expectProblem } from '../../../../test/http/expect-problem'
import { createMemoryLog } from '../../../../test/http/memory-query'
import { serveApi, type ServedApi, type ServeOptions } from '../../../../test/http/serve-api'
import { ActrailError } from '../errors'
import { createApi } from './api'
import type { ActivityQuery } from './services'

/** What careless code rejects with. */
const NOTHING = undefined as unknown as Error

let served: ServedApi | undefined
afterEach(() => served?.stop())

const authorize: ServeOptions['authorize'] = ({ headers }) =>
  headers.authorization === 'Bearer admin'
    ? { id: 'root', workspaces: ['acme'], permissions: ['activity:admin'] }
    : { id: 'ann', workspaces: ['acme'], permissions: ['activity:read'] }

function failingQuery(failure: () => Promise<never>): ActivityQuery {
  return { list: failure, scroll: failure, csv: failure, follow: failure, get: failure, figures: failure }
}

const paths = [
  '/workspaces/acme/activity',
  '/activity',
  '/activity/summary',
  '/activity/evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70',
]

describe('a store that fails', () => {
  const failures: [string, () => Promise<never>][] = [
    ['rejects', () => Promise.reject(new Error('select * from event: connection to 10.0.0.5:5432 refused'))],
    ['rejects with a code of its own', () => Promise.reject(new ActrailError('ERR_STORE_UNREACHABLE', 'select 1'))],
    [
      'throws',
      () => {
        throw new TypeError('select * from event')
      },
    ],
    ['rejects with nothing', () => Promise.reject<never>(NOTHING)],
  ]

  it.each(failures)('and %s gives 503 with Retry-After, without a word of SQL', async (_, failure) => {
    served = await serveApi({ authorize, query: failingQuery(failure) })
    for (const path of paths) {
      const response = await served.get(path)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      const problem = await expectProblem(response)
      expect(problem.code).toBe('ERR_STORE_UNAVAILABLE')
      expect(JSON.stringify(problem)).not.toMatch(/select|10\.0\.0\.5/)
    }
    expect(served.api.status().storeFailures).toBe(paths.length)
    expect(served.reported).toHaveLength(paths.length)
  })

  it('and never answers gives 503 in time', async () => {
    served = await serveApi({ authorize, query: failingQuery(() => new Promise(() => undefined)), timeoutMs: 20 })
    expect((await expectProblem(await served.get('/activity'))).code).toBe('ERR_API_SLOW')
  })

  it('and fails after the answer was given harms nobody', async () => {
    let fail: (error: Error) => void = () => undefined
    const query = failingQuery(
      () =>
        new Promise((_, reject) => {
          fail = reject
        }),
    )
    served = await serveApi({ authorize, query, timeoutMs: 10 })
    expect((await served.get('/activity')).status).toBe(503)
    fail(new Error('late'))
    await new Promise(setImmediate)
    expect(served.api.status().storeFailures).toBe(1)
  })
})

it('a refusal from below names its parameter and is no failure', async () => {
  const query = failingQuery(() => Promise.reject(new ActrailError('ERR_OFFSET_TOO_DEEP', 'counted 12 of select')))
  served = await serveApi({ authorize, query })
  const response = await served.get('/activity?offset=1000000&action=*.x')
  expect(response.status).toBe(400)
  const problem = await expectProblem(response)
  expect(problem).toMatchObject({ code: 'ERR_OFFSET_TOO_DEEP', parameter: 'offset' })
  expect(problem.remedy).toContain('cursor')
  expect(served.api.status()).toEqual({ storeFailures: 0, authorizeFailures: 0, internalFailures: 0 })
})

describe('/health', () => {
  const health = () => ({ status: 'degraded', lost: 0, journalBytes: 12 })

  it('tells everybody the status and nothing else', async () => {
    served = await serveApi({ health, authorize })
    expect(await (await served.get('/health')).json()).toEqual({ status: 'degraded' })
  })

  it('tells administrators the details and what the API swallowed', async () => {
    served = await serveApi({ health, authorize })
    expect(await (await served.get('/health', { token: 'admin' })).json()).toEqual({
      status: 'degraded',
      lost: 0,
      journalBytes: 12,
      api: { storeFailures: 0, authorizeFailures: 0, internalFailures: 0 },
    })
  })

  it('answers without the option authorize', async () => {
    served = await serveApi({})
    const response = await served.get('/health')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'ok' })
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ])('is degraded when the status %s', async (_, broken) => {
    served = await serveApi({ health: broken })
    expect(await (await served.get('/health')).json()).toEqual({ status: 'degraded' })
  })

  it('keeps to the status when authorize fails', async () => {
    served = await serveApi({ authorize: () => Promise.reject(new Error('directory down')) })
    expect(await (await served.get('/health')).json()).toEqual({ status: 'ok' })
    expect(served.api.status().authorizeFailures).toBe(1)
  })
})

describe('createApi', () => {
  it('knows its paths by whatever method, and no others', () => {
    const api = createApi({
      query: createMemoryLog(),
      health: () => ({}),
      viewed: () => undefined,
      accept: () => Promise.reject(new Error('nothing is recorded here')),
    })
    for (const path of ['/activity', '/activity/', '/audit-logs', '/audit-logs/', '/users/x/activity', '/activity/x']) {
      expect(api.knows(path)).toBe(true)
    }
    for (const path of ['', '/', '/issues', '/users/x', '/workspaces/x/issues', '/activity/x/y', 'activity']) {
      expect(api.knows(path)).toBe(false)
    }
  })

  it('shares nothing with another one', async () => {
    const [one, two] = await Promise.all([serveApi({ authorize }), serveApi({ authorize })])
    one.log.add({ action: 'a.b', workspace_id: 'acme' })
    await one.get('/activity')
    expect([one.viewed.length, two.viewed.length]).toEqual([1, 0])
    expect(await (await two.get('/activity')).json()).toMatchObject({ total: 0 })
    await Promise.all([one.stop(), two.stop()])
  })

  it('does not reject when even the log of failures fails', async () => {
    served = await serveApi({
      authorize,
      query: failingQuery(() =>
        Promise.reject(
          Object.defineProperty(new Error(), 'message', {
            get() {
              throw new Error('hostile')
            },
          }),
        ),
      ),
      report: () => {
        throw new Error('logger')
      },
    })
    expect((await served.get('/activity')).status).toBe(503)
  })
})
