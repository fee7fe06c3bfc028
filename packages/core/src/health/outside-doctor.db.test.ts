import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { createAuditTrail } from '../audit-trail'
import { createSequencer } from '../sequence/sequencer'
import { openStore } from '../store/store'
import type { Check } from './check'
import { examineInstallation } from './outside-doctor'

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const named = (checks: readonly Check[], name: string): Check | undefined => checks.find(({ check }) => check === name)
// The server of the tests runs without fsync, and the doctor says so.
const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ ok, message }) => !ok && !message.includes('fsync')).map(({ check }) => check)

let database: TestDatabase
let directory: string
beforeEach(async () => {
  database = await createDatabase()
  directory = await mkdtemp(join(tmpdir(), 'actrail-doctor-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
  await database.drop()
})

it('finds a database without a log, and does not make one', async () => {
  const checks = await examineInstallation({ database: database.url })
  expect(failed(checks)).toEqual(['migrations'])
  expect(named(checks, 'migrations')?.remedy).toMatch(/actrail migrate/)
  expect(failed(await examineInstallation({ database: database.url }))).toEqual(['migrations'])
})

it('looks at a trail that runs and leaves it as it is', async () => {
  const trail = createAuditTrail({ database: database.url, directory, logger })
  await trail.start()
  await trail.record({ action: 'issue.created' })
  await trail.flush()
  const before = await readdir(join(directory, 'journal'))
  const checks = await examineInstallation({ database: database.url, directory })
  expect(failed(checks)).toEqual([])
  expect(named(checks, 'sequencer')?.message).toBe('A process puts the log in order; 0 events wait.')
  expect(named(checks, 'journals')?.message).toMatch(/this host only: 1/)
  expect(named(checks, 'rollups')?.message).toMatch(/of 1 events/)
  expect(await readdir(join(directory, 'journal'))).toEqual(before)
  await trail.record({ action: 'issue.created' })
  await trail.flush()
  expect((await trail.status()).events.lost).toBe(0)
  await trail.stop()
})

it('says what waits where nobody puts the log in order, and what the log has refused', async () => {
  const store = await openStore({ database: database.url })
  await store.append(Buffer.from('[{}]'), 1)
  await store.quarantine('{}', 'no reason')
  const checks = await examineInstallation({ database: database.url })
  expect(failed(checks)).toEqual(['sequencer', 'quarantine'])
  expect(named(checks, 'sequencer')?.message).toBe('1 events wait, and no process puts the log in order.')
  const sequencer = createSequencer({ log: store.sequence, logger })
  sequencer.start()
  await store.drained()
  expect(failed(await examineInstallation({ database: database.url }))).toEqual(['quarantine'])
  await sequencer.stop()
  await store.stop()
})

it('gives one clear remedy for what cannot be looked at', async () => {
  const url = new URL(database.url)
  url.pathname = '/no_such_database'
  expect(named(await examineInstallation({ database: url.href }), 'database')?.message).toMatch(/there is no database/)
  const nowhere = await examineInstallation({ database: 'postgres://127.0.0.1:1/x' })
  expect(named(nowhere, 'database')?.message).toMatch(/cannot be reached/)
  expect(failed(await examineInstallation({ directory }))).toEqual(['database', 'journal'])
  expect(await readdir(directory)).toEqual([])
  await mkdir(join(directory, 'journal'))
  expect(failed(await examineInstallation({ directory }))).toEqual(['database'])
})

it('opens an embedded store that nobody uses, and leaves alone one that is in use', async () => {
  const trail = createAuditTrail({ directory, logger })
  await trail.start()
  const used = await examineInstallation({ directory })
  expect(failed(used)).toEqual([])
  expect(named(used, 'database')?.message).toBe('The embedded store is in use.')
  await trail.record({ action: 'issue.created' })
  await trail.stop()
  const unused = await examineInstallation({ directory })
  expect(failed(unused)).toEqual([])
  expect(named(unused, 'rollups')?.message).toMatch(/of 1 events/)
}, 60_000)
