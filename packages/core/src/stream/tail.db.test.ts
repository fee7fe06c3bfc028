import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { type AuditTrail, createAuditTrail } from '../audit-trail'
import type { StoredEvent } from '../model/event'

let database: TestDatabase
let directory: string
const trails: AuditTrail[] = []

beforeEach(async () => {
  database = await createDatabase()
  directory = mkdtempSync(join(tmpdir(), 'actrail-stream-'))
})
afterEach(async () => {
  for (const trail of trails.splice(0)) await trail.stop()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

async function open(name: string, sequencer = true): Promise<AuditTrail> {
  const trail = createAuditTrail({ database: database.url, directory: join(directory, name), sequencer })
  trails.push(trail)
  await trail.start()
  return trail
}

const EVENTS = 6_000
const LAST = 'the.last'

async function write(trail: AuditTrail, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    const record = trail.record({ action: `n.${n}`, workspace: n % 3 === 0 ? 'acme' : 'rival' })
    if (n % 200 === 0) await record
  }
}

/** Reads until the last event: at its own pace, and cut off now and then, when it goes on behind what it has. */
async function follow(
  trail: AuditTrail,
  workspace: string,
  { pauseMs = 0, cutAfter = Infinity } = {},
): Promise<string[]> {
  const had: string[] = []
  let after: StoredEvent | undefined
  for (;;) {
    let sinceCut = 0
    for await (const event of trail.stream({ workspace }, after ? { after: after.id } : {})) {
      had.push(event.action)
      after = event
      if (event.action === LAST) return had
      if (pauseMs > 0 && had.length % 500 === 0) await wait(pauseMs)
      if (++sinceCut >= cutAfter) break
    }
  }
}

it('gives every event once and in order to fast, slow and interrupted followers, here and in other processes', async () => {
  const here = await open('here')
  const elsewhere = await open('elsewhere', false)
  const followers = [
    follow(here, 'acme'),
    follow(here, 'acme', { pauseMs: 400 }),
    follow(here, 'acme', { cutAfter: 333 }),
    follow(elsewhere, 'acme'),
    follow(elsewhere, 'acme', { cutAfter: 700, pauseMs: 50 }),
  ]
  const everything = follow(here, '*', { pauseMs: 200 })
  await wait(300) // they begin with what comes
  await write(here, 0, EVENTS)
  await here.record({ action: LAST, workspace: 'acme' })
  const ofAcme = Array.from({ length: EVENTS }, (_, n) => n).filter((n) => n % 3 === 0)
  const expected = [...ofAcme.map((n) => `n.${n}`), LAST]
  for (const had of await Promise.all(followers)) expect(had).toEqual(expected)
  expect(await everything).toEqual([...Array.from({ length: EVENTS }, (_, n) => `n.${n}`), LAST])
}, 60_000)

it('reads the log from an event on, however long ago that was', async () => {
  const trail = await open('here')
  const first = await trail.record({ action: 'the.first', workspace: 'acme' })
  await write(trail, 0, 5_000)
  await trail.record({ action: LAST, workspace: 'acme' })
  await trail.flush()
  let had = 0
  for await (const event of trail.stream({ workspace: 'acme' }, { after: first })) {
    had++
    if (event.action === LAST) break
  }
  expect(had).toBe(1_667 + 1)
})

it('gives only what the filter finds, also while it catches up', async () => {
  const trail = await open('here')
  const first = await trail.record({ action: 'the.first', workspace: 'acme' })
  await write(trail, 0, 3_000)
  await trail.flush()
  const had: string[] = []
  const stream = trail.stream({ workspace: 'acme', actions: ['n.9', 'n.2997', 'late.*'] }, { after: first })
  for await (const event of stream) {
    had.push(event.action)
    if (event.action === 'n.2997') await trail.record({ action: 'late.one', workspace: 'acme' })
    if (event.action === 'late.one') break
  }
  expect(had).toEqual(['n.9', 'n.2997', 'late.one'])
})

const toEnd = async (stream: AsyncIterable<StoredEvent>): Promise<void> => {
  for await (const event of stream) throw new Error(`nobody recorded ${event.action}`)
}

it('ends with its signal, and with the trail', async () => {
  const trail = await open('here')
  const ending = new AbortController()
  const ended = [
    toEnd(trail.stream({ workspace: 'acme' }, { signal: ending.signal })),
    toEnd(trail.stream({ workspace: 'acme' })),
  ]
  await wait(100)
  ending.abort()
  await ended[0]
  await trail.stop()
  await ended[1]
})

it('says so when there is no such event to begin behind', async () => {
  const trail = await open('here')
  const stream = trail.stream({ workspace: 'acme' }, { after: 'evt_018cc251-f400-7000-8000-00000000abcd' })
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ERR_CURSOR_INVALID' })
})
