import { type ActivityEvent, type Client, createClient, type StreamState } from '@actrail/client'
import fc from 'fast-check'
import { setTimeout as wait } from 'node:timers/promises'

import { type Break, type Fault, type FaultServer, startFaultServer } from './fault-server'
import { serveLog, type ServedLog } from './serve-log'

/** What the API sends before there is any event: `retry: 2000` and an empty line. */
const GREETING = 13

let served: ServedLog
let between: FaultServer
let client: Client
beforeEach(async () => {
  // Waits that are drawn at random are drawn short.
  jest.spyOn(Math, 'random').mockReturnValue(0.001)
  served = await serveLog()
  between = await startFaultServer(served.origin)
  client = createClient({ baseUrl: `${between.origin}/api/v1`, token: 'ann', timeoutMs: 5_000 })
})
afterEach(async () => {
  jest.restoreAllMocks()
  await between.stop()
  await served.stop()
})

const record = (action: string) => served.trail.record({ action, workspace: 'acme', details: { text: 'Käfer 🐞\n\n' } })
const turn = () => wait(2)

/** Reads a stream into a list until it has so many events. */
function follow(count: number, options: Parameters<Client['stream']>[1] = {}) {
  const states: StreamState[] = []
  const actions: string[] = []
  const stream = client.stream({ action: ['n.*'] }, { ...options, onState: (state) => states.push(state) })
  const ended = (async () => {
    if (count > 0) for await (const { action } of stream) if (actions.push(action) === count) break
  })()
  // Whoever waits for something else first must not be hit by its failure.
  ended.catch(() => undefined)
  const openings = () => states.filter(({ kind }) => kind === 'open').length
  const opened = async (times: number) => {
    while (openings() < times) await turn()
  }
  return { ended, actions, states, opened }
}

describe('a stream', () => {
  it('gives what comes, as the list shows it, and nothing of before', async () => {
    await record('n.before')
    const received: ActivityEvent[] = []
    const onState = () => void record('n.after')
    for await (const event of client.stream({ action: ['n.*'] }, { onState })) {
      received.push(event)
      break
    }
    expect(received).toEqual((await client.list({ action: ['n.after'] })).items)
  })

  it('begins behind an event, where one is given', async () => {
    const after = await record('n.0')
    await record('n.1')
    const { ended, actions } = follow(1, { after })
    await ended
    expect(actions).toEqual(['n.1'])
  })

  it('gives each event once and in order, wherever its connections break', async () => {
    const breaks = fc.array(fc.record<Break>({ kind: fc.constantFrom('cut', 'shorten'), afterBytes: fc.nat(1_500) }), {
      ...{ minLength: 1, maxLength: 4 },
    })
    const expected = Array.from({ length: 12 }, (_, n) => `n.${n}`)
    await fc.assert(
      fc.asyncProperty(breaks, async (faults) => {
        between.forget()
        between.plan(/stream/, ...faults)
        const { ended, actions, opened } = follow(expected.length)
        await Promise.race([opened(1), ended])
        for (const action of expected) {
          await record(action)
          await turn()
        }
        await ended
        expect(actions).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  it('loses nothing of what comes between a connection that broke before its first event and the next', async () => {
    await record('n.before')
    between.plan(/stream/, { kind: 'cut', afterBytes: GREETING }, { kind: 'refuse' })
    const { ended, actions, states, opened } = follow(2)
    await opened(1)
    while (states.at(-1)?.kind === 'open') await turn()
    await record('n.0')
    await record('n.1')
    await ended
    expect(actions).toEqual(['n.0', 'n.1'])
  })

  it('loses nothing of a log that was empty when it began', async () => {
    between.plan(/stream/, { kind: 'cut', afterBytes: GREETING })
    const { ended, actions, states, opened } = follow(2)
    // Not even the events that say who reads.
    served.trail.clear()
    await opened(1)
    served.trail.clear()
    while (states.at(-1)?.kind === 'open') await turn()
    await record('n.0')
    await record('n.1')
    await ended
    expect(actions).toEqual(['n.0', 'n.1'])
  })

  it('may come one byte at a time', async () => {
    between.plan(/stream/, { kind: 'trickle' })
    const { ended, actions, opened } = follow(2)
    await opened(1)
    await record('n.0')
    await record('n.1')
    await ended
    expect(actions).toEqual(['n.0', 'n.1'])
  })

  it('says when it is open, and when it waits and why', async () => {
    between.plan(/stream/, { kind: 'cut', afterBytes: GREETING }, { kind: 'answer', status: 503 })
    const { ended, states, opened } = follow(1)
    await opened(2)
    await record('n.0')
    await ended
    expect(states).toMatchObject([
      { kind: 'open' },
      { kind: 'waiting', error: { code: 'ERR_CLIENT_NETWORK' } },
      { kind: 'waiting', error: { status: 503 } },
      { kind: 'open' },
    ])
  })

  it('comes back however long the server is away, once it has been open', async () => {
    between.plan(
      /stream/,
      { kind: 'cut', afterBytes: GREETING },
      ...Array.from({ length: 8 }, (): Fault => ({ kind: 'refuse' })),
    )
    const { ended, actions, opened } = follow(1)
    await opened(2)
    await record('n.0')
    await ended
    expect(actions).toEqual(['n.0'])
  })

  it('fails where it cannot be opened at all', async () => {
    between.plan(/activity/, ...Array.from({ length: 20 }, (): Fault => ({ kind: 'refuse' })))
    await expect(follow(1).ended).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    between.forget()
    between.plan(/stream/, ...Array.from({ length: 20 }, (): Fault => ({ kind: 'refuse' })))
    await expect(follow(1).ended).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
  })

  it('fails at what the API refuses, also later', async () => {
    await expect(follow(1, { after: 'evt_018cc251-f400-7000-8000-00000000abcd' }).ended).rejects.toMatchObject({
      ...{ code: 'ERR_CURSOR_INVALID', parameter: 'after' },
    })
    between.plan(/stream/, { kind: 'cut', afterBytes: GREETING }, { kind: 'answer', status: 403 })
    await expect(follow(1).ended).rejects.toMatchObject({ status: 403 })
  })

  it('fails with what its own listener throws', async () => {
    const onState = () => {
      throw new Error('a mistake of the caller')
    }
    const reading = client.stream({}, { onState })[Symbol.asyncIterator]().next()
    await expect(reading).rejects.toThrow('a mistake of the caller')
  })

  it('fetches a token for each connection', async () => {
    let fetched = 0
    client = createClient({ baseUrl: `${between.origin}/api/v1`, token: () => (++fetched, 'ann') })
    between.plan(/stream/, { kind: 'cut', afterBytes: GREETING })
    const { ended, opened } = follow(1)
    await opened(2)
    await record('n.0')
    await ended
    expect(fetched).toBe(between.seen.length)
  })
})

describe('a stream ends', () => {
  it('with its signal, without an error, whether it is open or waits', async () => {
    for (const faults of [[], [{ kind: 'cut', afterBytes: GREETING } as const, { kind: 'hang' } as const]]) {
      const leaving = new AbortController()
      between.plan(/stream/, ...faults)
      const { ended, states, opened } = follow(1, { signal: leaving.signal })
      await opened(1)
      while (faults.length > 0 && states.at(-1)?.kind === 'open') await turn()
      leaving.abort()
      await expect(ended).resolves.toBeUndefined()
      between.forget()
    }
  })

  it('at once when it is left while it waits for an event, and lets go of its connection', async () => {
    const states: StreamState[] = []
    const events = client.stream({}, { onState: (state) => states.push(state) })[Symbol.asyncIterator]()
    const pending = events.next()
    while (states.length === 0) await turn()
    expect(served.inFlight()).toBe(1)
    await expect(events.return?.()).resolves.toMatchObject({ done: true })
    await expect(pending).resolves.toMatchObject({ done: true })
    while (served.inFlight() > 0) await turn()
  })

  it('and takes no more of its server than it reads', async () => {
    const after = await record('n.0')
    const text = 'x'.repeat(100_000)
    for (let n = 0; n < 600; n++) await served.trail.record({ action: 'n.big', workspace: 'acme', details: { text } })
    for await (const { action } of client.stream({}, { after })) {
      expect(action).toBe('n.big')
      // 60 MB wait to be sent. What the sockets on the way hold is far less.
      let before = -1
      while (before < between.passedBytes()) {
        before = between.passedBytes()
        await wait(100)
      }
      expect(before).toBeLessThan(30_000_000)
      break
    }
  })
})
