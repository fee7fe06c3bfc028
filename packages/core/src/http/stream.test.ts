import { expectProblem } from '../../../../test/http/expect-problem'
import { serveApi, type SeenEntry, type ServedApi } from '../../../../test/http/serve-api'
import type { Authorization } from './authorize'

const reader = { id: 'ann', workspaces: ['acme'], permissions: ['activity:read' as const] }
let answer: Authorization
let served: ServedApi
beforeEach(async () => {
  answer = reader
  served = await serveApi({ authorize: () => answer })
})
afterEach(() => served.stop())

interface Block {
  readonly id: string
  readonly event: SeenEntry
}

/** Reads a stream block by block. */
async function* blocksOf(response: Response): AsyncGenerator<Block | 'alive'> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      if (block === ':') yield 'alive'
      const [, id, data] = /^id: (.*)\nevent: activity\ndata: (.*)$/.exec(block) ?? []
      if (id !== undefined && data !== undefined) yield { id, event: JSON.parse(data) as SeenEntry }
    }
  }
}

async function take(count: number, response: Response): Promise<Block[]> {
  const taken: Block[] = []
  for await (const block of blocksOf(response)) {
    if (block !== 'alive') taken.push(block)
    if (taken.length === count) break
  }
  return taken
}

const add = (action: string, workspace = 'acme') => served.log.add({ action, workspace_id: workspace })

describe('GET /activity/stream', () => {
  it('gives what comes, of this workspace and this filter, and nothing that was there before', async () => {
    add('env.create')
    const response = await served.get('/activity/stream?action=env.*')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const taking = take(2, response)
    await new Promise((resolve) => setImmediate(resolve))
    add('env.start', 'rival')
    const first = add('env.start')
    add('issue.created')
    const second = add('env.stop')
    const blocks = await taking
    expect(blocks.map(({ id }) => id)).toEqual([`evt_${first.id}`, `evt_${second.id}`])
    expect(blocks.map(({ event }) => event.action)).toEqual(['env.start', 'env.stop'])
  })

  it.each(['header', 'parameter'])('begins behind the last event that the client had, by its %s', async (how) => {
    const [first, second] = [add('a.one'), add('a.two')]
    const id = `evt_${first.id}`
    const response =
      how === 'header'
        ? await served.get('/activity/stream', { headers: { 'last-event-id': id } })
        : await served.get(`/activity/stream?after=${id}`)
    expect((await take(1, response)).map((block) => block.id)).toEqual([`evt_${second.id}`])
  })

  it('refuses to begin behind an event of another workspace', async () => {
    const { id } = add('a.one', 'rival')
    const problem = await expectProblem(await served.get(`/activity/stream?after=${id}`))
    expect(problem).toMatchObject({ code: 'ERR_CURSOR_INVALID', parameter: 'after' })
  })

  it('shows an event as the list does, and a text with line ends in one line', async () => {
    const response = await served.get('/activity/stream')
    const taking = take(1, response)
    await new Promise((resolve) => setImmediate(resolve))
    served.log.add({ action: 'a.b', workspace_id: 'acme', actor_name: 'two\nlines\n\nid: evil' })
    const [block] = await taking
    const listed = (await (await served.get('/activity?limit=1')).json()) as { items: SeenEntry[] }
    expect(block?.event).toEqual(listed.items[0])
  })

  it('ends when the credentials end', async () => {
    answer = { ...reader, expiresAt: Date.now() + 200 }
    const response = await served.get('/activity/stream')
    for await (const block of blocksOf(response)) expect(block).toBe('alive')
    expect(Date.now()).toBeGreaterThanOrEqual((answer as { expiresAt: number }).expiresAt - 5)
  })

  it('ends at the next sign of life when the permission is taken away', async () => {
    const { follow } = served.log
    served.log.follow = (following) => follow({ ...following, waitMs: 50 })
    const response = await served.get('/activity/stream')
    const blocks = blocksOf(response)
    expect((await blocks.next()).value).toBe('alive')
    answer = { ...reader, permissions: [] }
    let block = await blocks.next()
    while (block.done !== true) block = await blocks.next()
    expect(block.done).toBe(true)
  })

  it('is recorded as a read', async () => {
    await (await served.get('/activity/stream')).body?.cancel()
    expect(served.viewed).toMatchObject([{ action: 'activity.viewed', details: { endpoint: 'GET /activity/stream' } }])
  })

  it('stops following as soon as the client leaves', async () => {
    let ended = false
    const { follow } = served.log
    served.log.follow = (following) => {
      following.signal.addEventListener('abort', () => (ended = true))
      return follow(following)
    }
    const leaving = new AbortController()
    const response = await served.get('/activity/stream', { signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()
    while (!ended) await new Promise((resolve) => setImmediate(resolve))
  })

  it('follows nothing for HEAD', async () => {
    let isFollowing: boolean | undefined
    const { follow } = served.log
    served.log.follow = (following) => {
      isFollowing = true
      following.signal.addEventListener('abort', () => (isFollowing = false))
      return follow(following)
    }
    expect((await served.get('/activity/stream', { method: 'HEAD' })).status).toBe(200)
    expect(isFollowing).toBe(false)
  })

  it('answers 503 while the log cannot be read', async () => {
    served.log.follow = () => Promise.reject(new Error('away'))
    expect((await expectProblem(await served.get('/activity/stream'))).code).toBe('ERR_STORE_UNAVAILABLE')
  })
})
