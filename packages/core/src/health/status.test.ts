import { createMemoryTrail } from '../memory-trail'
import type { JournalStatus } from '../journal/types'
import type { StoreStatus } from '../store/store-status'
import { type BackendFigures, createStatus } from './status'

let nowMs = 0
let journal: JournalStatus
beforeEach(async () => {
  nowMs = Date.UTC(2026, 0)
  journal = { ...(await createMemoryTrail().status()).journal, mode: 'durable', writesTo: 'disk' }
})

const FIGURES: StoreStatus = {
  ...{ waitingEvents: 0, waitingBatches: 0, sequencedEvents: 9, shard: 0, rolledUpEvents: 9, quarantinedEvents: 0 },
  ...{ oldestWaitingAt: undefined, serverVersion: '18.1' },
}

function running(figures: () => Promise<StoreStatus>): BackendFigures {
  const sender = { state: 'idle', storedEvents: 9, storedBatches: 1, failures: 0 } as const
  const sequencer = { state: 'leading', steps: 1, failures: 0 } as const
  return { isStopped: false, running: { setUp: 'roles', sender, sequencer, tasks: [], figures } }
}

/** A status of given parts. */
function statusOf(backend: BackendFigures = running(() => Promise.resolve(FIGURES))) {
  return createStatus({
    version: '1.2.3',
    journal: () => journal,
    backend: () => backend,
    swallowedErrors: () => 0,
    loggerFailures: () => 0,
    lastError: () => undefined,
    now: () => nowMs,
  })
}

const change = (changes: Partial<JournalStatus>): void => void (journal = { ...journal, ...changes })

it('counts events by state, and shows versions', async () => {
  change({ acceptedEvents: 12, unsentEvents: 2, oldestUnsentMs: 40 })
  const figures = { ...FIGURES, waitingEvents: 3, oldestWaitingAt: nowMs - 700 }
  expect(await statusOf(running(() => Promise.resolve(figures)))()).toMatchObject({
    ...{ status: 'ok', problems: [], oldestUnsentMs: 40 },
    events: { accepted: 12, unsent: 2, waiting: 3, sequenced: 9, quarantined: 0, unknown: 0, lost: 0 },
    sequencer: { isLeading: true, lagEvents: 3, lagMs: 700 },
    versions: { actrail: '1.2.3', node: process.versions.node, postgres: '18.1' },
  })
})

it('is failing for a minute after an event was lost, and degraded from then on', async () => {
  const status = statusOf()
  change({ lostEvents: 1 })
  expect(await status()).toMatchObject({ status: 'failing', problems: [{ code: 'lost' }] })
  nowMs += 59_999
  expect(await status()).toMatchObject({ status: 'failing' })
  nowMs += 1
  expect(await status()).toMatchObject({ status: 'degraded', problems: [{ code: 'lost' }] })
  change({ lostEvents: 2 })
  expect(await status()).toMatchObject({ status: 'failing' })
})

it('is failing once the trail is stopped', async () => {
  expect(await statusOf({ isStopped: true })()).toMatchObject({ status: 'failing', problems: [{ code: 'stopped' }] })
})

it('is degraded while the disk takes nothing, and failing where that refuses requests', async () => {
  change({ writesTo: 'memory' })
  expect(await statusOf()()).toMatchObject({ status: 'degraded', problems: [{ code: 'disk' }] })
  change({ mode: 'strict' })
  expect(await statusOf()()).toMatchObject({ status: 'failing', problems: [{ code: 'disk' }] })
})

it('is degraded on a slow disk', async () => {
  change({ problems: ['The disk is slow'] })
  expect(await statusOf()()).toMatchObject({ status: 'degraded', problems: [{ code: 'slow' }] })
})

it('is well in mode memory, which was chosen', async () => {
  change({ mode: 'memory', writesTo: 'memory' })
  expect(await statusOf()()).toMatchObject({ status: 'ok', problems: [] })
})

it('is degraded while the database cannot be opened, and says why', async () => {
  const failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(await statusOf({ isStopped: false, failure })()).toMatchObject({
    status: 'degraded',
    problems: [{ code: 'ECONNREFUSED', remedy: expect.stringContaining('Postgres') }],
    store: { isOpen: false },
    events: { sequenced: undefined },
  })
})

it('is degraded while an open database does not answer', async () => {
  const backend = running(() => Promise.reject(new Error('terminated')))
  expect(await statusOf(backend)()).toMatchObject({ status: 'degraded', problems: [{ code: 'database' }] })
})

it('is well where the user may not see the figures, since it only writes', async () => {
  const backend = running(() => Promise.reject(Object.assign(new Error('no'), { code: '42501', severity: 'ERROR' })))
  expect(await statusOf(backend)()).toMatchObject({ status: 'ok', events: { waiting: undefined } })
})

it('is degraded when events have waited long to be sent, to be put in order, or were refused', async () => {
  change({ unsentEvents: 5, oldestUnsentMs: 11_000 })
  const figures = { ...FIGURES, waitingEvents: 1, oldestWaitingAt: nowMs - 30_001, quarantinedEvents: 2 }
  const { running: parts } = running(() => Promise.resolve(figures))
  const sender = { state: 'retrying', storedEvents: 0, storedBatches: 0, failures: 8 } as const
  const backend: BackendFigures = { isStopped: false, ...(parts && { running: { ...parts, sender } }) }
  const { status, problems } = await statusOf(backend)()
  expect(status).toBe('degraded')
  expect(problems.map(({ code }) => code)).toEqual(['unsent', 'lag', 'quarantined'])
})
