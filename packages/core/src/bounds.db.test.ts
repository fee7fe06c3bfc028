import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../test/db/databases'
import { type AuditTrail, createAuditTrail } from './audit-trail'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let folder: string
let database: TestDatabase
let trail: AuditTrail | undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actrail-bounds-'))
  database = await createDatabase()
})
afterEach(async () => {
  await trail?.stop()
  await database.drop()
  rmSync(folder, { recursive: true })
})

it('writes at most batchEvents events at once, over at most poolSize connections and one', async () => {
  trail = createAuditTrail({ database: database.url, directory: folder, batchEvents: 2, batchMs: 0, poolSize: 2 })
  const made = trail
  await made.start()
  await Promise.all(Array.from({ length: 21 }, () => made.record({ action: 'thing.made' })))
  await made.flush()
  const lists = Array.from({ length: 20 }, () => made.query({ workspace: 'default' }))
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ name: string; count: number }>(
    `select application_name as name, count(*)::int as count from pg_stat_activity
     where application_name like 'actrail%' and datname = current_database() group by 1 order by 1`,
  )
  await client.end()
  await Promise.all(lists)
  const { sender, events } = await made.status()
  expect(events.sequenced).toBe(21)
  expect(sender?.storedBatches).toBeGreaterThanOrEqual(11)
  expect(rows.at(-1)).toEqual({ name: 'actrail sequencer', count: 1 })
  expect(rows[0]?.count).toBeLessThanOrEqual(2)
})

it('keeps at most journal.maxMemoryBytes where journal.minFreeBytes forbids the disk, and counts what is beyond', async () => {
  const journal = { maxMemoryBytes: 1_048_576, minFreeBytes: 1_099_511_627_776 }
  const logger = silent
  // Nobody listens there: nothing is sent meanwhile.
  trail = createAuditTrail({ database: 'postgres://nobody@127.0.0.1:1/x', directory: folder, journal, logger })
  const full: Error[] = []
  while ((await trail.status()).journal.writesTo === 'disk') {
    await trail.record({ action: 'thing.made' })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  for (let n = 0; n < 1_000 && full.length === 0; n++)
    await trail
      .record({ action: 'thing.made', details: { text: 'x'.repeat(4_000) } })
      .catch((error) => full.push(error))
  expect(full[0]).toMatchObject({ code: 'ERR_JOURNAL_FULL' })
  const { status, journal: kept, events } = await trail.status()
  expect(kept.memoryBytes).toBeLessThanOrEqual(2 * journal.maxMemoryBytes)
  expect(events).toMatchObject({ lost: 1 })
  expect(status).toBe('failing')
})
