import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { type AuditTrail, createAuditTrail } from '../audit-trail'
import type { AuditOptions } from '../options'
import type { Check } from './check'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let folder: string
let database: TestDatabase
let trail: AuditTrail

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actrail-operations-'))
  database = await createDatabase()
})
afterEach(async () => {
  await trail.stop()
  await database.drop()
  rmSync(folder, { recursive: true })
})

function open(options: AuditOptions = {}): AuditTrail {
  return (trail = createAuditTrail({ database: database.url, directory: folder, logger: silent, ...options }))
}

const named = (checks: readonly Check[], name: string): Check | undefined => checks.find(({ check }) => check === name)

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('status()', () => {
  it('follows events from accepted to the log', async () => {
    open()
    await trail.start()
    for (let n = 0; n < 3; n++) await trail.record({ action: 'thing.made' })
    expect((await trail.status()).events).toMatchObject({ accepted: 3, lost: 0, quarantined: 0 })
    await trail.flush()
    expect(await trail.status()).toMatchObject({
      ...{ status: 'ok', problems: [], oldestUnsentMs: 0, lastError: undefined },
      events: { accepted: 3, unsent: 0, waiting: 0, sequenced: 3 },
      journal: { mode: 'durable', writesTo: 'disk' },
      store: { isOpen: true, setUp: 'single-role' },
      sender: { storedEvents: 3, failures: 0 },
      sequencer: { state: 'leading', isLeading: true, lagEvents: 0, lagMs: 0 },
      versions: { postgres: expect.stringMatching(/^18\./) },
    })
  })

  it('tells how long events wait where nobody puts the log in order', async () => {
    open({ sequencer: false })
    await trail.start()
    await trail.record({ action: 'thing.made', occurredAt: new Date(Date.now() - 60_000) })
    while ((await trail.status()).events.waiting !== 1) await new Promise((resolve) => setTimeout(resolve, 20))
    const { status, problems, sequencer } = await trail.status()
    expect(status).toBe('degraded')
    expect(problems).toMatchObject([{ code: 'lag' }])
    expect(sequencer).toMatchObject({ state: 'stopped', isLeading: false, lagEvents: 1 })
    expect(sequencer?.lagMs).toBeGreaterThanOrEqual(60_000)
  })

  it('keeps accepting, says what is wrong and answers 200 while the database is away', async () => {
    open({ database: `postgres://nobody@127.0.0.1:${await closedPort()}/nowhere` })
    await expect(trail.start()).rejects.toThrow('cannot be reached')
    await trail.record({ action: 'thing.made' })
    const status = await trail.status()
    expect(status).toMatchObject({
      status: 'degraded',
      problems: [{ code: 'ERR_STORE_UNREACHABLE' }],
      events: { accepted: 1, unsent: 1, sequenced: undefined },
      store: { isOpen: false },
      lastError: { code: 'ERR_STORE_UNREACHABLE', at: expect.stringMatching(/Z$/) },
    })
    expect((await health()).status).toBe(200)
  })

  it('answers 503 once the trail is stopped', async () => {
    open()
    await trail.start()
    expect(await health()).toMatchObject({ status: 200 })
    await trail.stop()
    const answer = await health()
    expect(answer.status).toBe(503)
    expect(JSON.parse((answer.body as Buffer).toString())).toEqual({ status: 'failing' })
  })

  const health = () =>
    trail.handle({ method: 'GET', path: '/health', query: new URLSearchParams(), headers: {}, native: undefined })
})

describe('metrics', () => {
  it('count writes to the database and what is in the log', async () => {
    const metrics = new Registry()
    open({ metrics })
    await trail.start()
    await trail.record({ action: 'thing.made' })
    await trail.flush()
    const text = await metrics.metrics()
    expect(text).toMatch(/^actrail_store_write_seconds_count 1$/m)
    expect(text).toMatch(/^actrail_events_stored_total 1$/m)
    expect(text).toMatch(/^actrail_log_events 1$/m)
    expect(text).toMatch(/^actrail_sequencer_leading 1$/m)
  })
})

describe('doctor()', () => {
  it('finds nothing to do in an installation that is well', async () => {
    open({ authorize: () => ({ id: 'ann', workspaces: ['a'], permissions: ['activity:read'] }) })
    await trail.record({ action: 'thing.made' })
    await trail.flush() // the sequencer leads by then
    const checks = await trail.doctor()
    expect(checks.filter(({ ok, check }) => !ok && check !== 'database' && check !== 'disk speed')).toEqual([])
    expect(checks.map(({ check }) => check)).toEqual([
      ...['node', 'clock', 'database', 'migrations', 'database clock', 'pooler', 'rights', 'sequencer'],
      ...['journal', 'disk', 'disk speed', 'journals', 'status', 'proxies', 'authorize'],
    ])
    // The servers of tests do not sync, which is what the doctor is there to see.
    expect(named(checks, 'database')).toMatchObject({ ok: false, message: expect.stringContaining('fsync') })
    expect(readdirSync(join(folder, 'journal'))).toHaveLength(1)
  })

  it('names the database that does not answer, and what to do', async () => {
    open({ database: `postgres://nobody@127.0.0.1:${await closedPort()}/nowhere` })
    await trail.start().catch(() => undefined)
    expect(named(await trail.doctor(), 'database')).toMatchObject({
      ok: false,
      message: expect.stringContaining('cannot be reached'),
    })
  })

  it('sees a journal folder that is gone or lies on the wrong disk, journals of other hosts, and a trusting proxy setting', async () => {
    const journal = join(folder, 'journal')
    open({ journal: { directory: journal, minFreeBytes: 1_099_511_627_776 }, trustProxy: ['0.0.0.0/0'] })
    await trail.start()
    writeFileSync(join(journal, 'elsewhere_01234567_0123456789ab'), '')
    const checks = await trail.doctor()
    expect(named(checks, 'disk')).toMatchObject({ ok: false, remedy: expect.stringContaining('Free space') })
    expect(named(checks, 'journals')).toMatchObject({ ok: false, message: expect.stringContaining('1 journals') })
    expect(named(checks, 'proxies')).toMatchObject({ ok: false })
    rmSync(journal, { recursive: true })
    writeFileSync(journal, 'a file')
    expect(named(await trail.doctor(), 'journal')).toMatchObject({
      ok: false,
      remedy: expect.stringContaining('folder'),
    })
    rmSync(journal)
  })
})
