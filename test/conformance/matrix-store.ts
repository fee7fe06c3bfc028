import { createAuditTrail } from '@actrail/core'
import { storeContract, type OpenedStore, type OpenOptions } from '@actrail/testkit'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DataSource } from 'typeorm'
import type { openStore as OpenStore } from '../../packages/core/src/store/store'
import type { CaseStore } from './case-store'
import type { CollectingRunner } from './matrix-collect'

/** The store is no part of the package's surface: the contract kit reaches for its built file. */
function storeOf(): typeof OpenStore {
  const resolve = createRequire(join(process.cwd(), 'package.json'))
  const file = join(dirname(resolve.resolve('@actrail/core/package.json')), 'dist/store/store.js')
  return (resolve(file) as { openStore: typeof OpenStore }).openStore
}

/** Declares the store contract on the TypeORM that is installed, with a host's data source handed in, and `record` in its transactions. */
export async function declareStore(
  { database, directory }: CaseStore,
  runner: CollectingRunner,
): Promise<() => readonly string[]> {
  const openStore = storeOf()
  storeContract({ name: 'the host', open: (options) => openOnHost(openStore, database, options) }, runner)
  runner.describe('a trail on the host’s data source', () => {
    runner.it('records with the host’s transaction, and not without it', () =>
      recordInTransactions(database, directory),
    )
  })
  return () => []
}

let databases = 0

/** A data source of the host's on a new database. */
async function openHost(server: string): Promise<DataSource> {
  const admin = await new DataSource({ type: 'postgres', url: server }).initialize()
  const name = `host_${++databases}`
  await admin.query(`create database ${name}`)
  await admin.destroy()
  const url = new URL(server)
  url.pathname = `/${name}`
  return new DataSource({ type: 'postgres', url: url.href }).initialize()
}

async function openOnHost(open: typeof OpenStore, server: string, options?: OpenOptions): Promise<OpenedStore> {
  const host = await openHost(server)
  const store = await open({ database: host, ...options })
  return {
    store,
    transaction: (work) => host.transaction(work),
    reopen: (again) => open({ database: host, ...options, ...again }),
    async close() {
      await store.stop()
      await host.destroy()
    },
  }
}

async function recordInTransactions(server: string, directory: string): Promise<void> {
  const host = await openHost(server)
  const trail = createAuditTrail({ database: host, directory })
  try {
    await trail.start()
    await host.transaction(async (manager) => void (await trail.record({ action: 'issue.created' }, { manager })))
    const refused = host.transaction(async (manager) => {
      await trail.record({ action: 'issue.deleted' }, { manager })
      throw new Error('the business rule says no')
    })
    await assert.rejects(refused, /the business rule says no/)
    await trail.flush()
    const { items } = await trail.query({ workspace: 'default' }, { limit: 10 })
    assert.deepEqual(
      items.map(({ action }) => action),
      ['issue.created'],
    )
  } finally {
    await trail.stop()
    await host.destroy()
  }
}
