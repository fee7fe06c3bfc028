import type { OpenedStore, OpenOptions } from '../../packages/testkit/src/store/index'
import { DataSource } from 'typeorm'
import { openStore } from '../../packages/core/src/store/store'
import type { PostgresVersion } from '../db/binaries'
import { createDatabase } from '../db/databases'

/** A store on a new database of a real server, with a host's data source beside it. */
export async function openOnPostgres(version: PostgresVersion, options?: OpenOptions): Promise<OpenedStore> {
  const database = await createDatabase({ version })
  const store = await openStore({ database: database.url, ...options })
  const host = await new DataSource({ type: 'postgres', url: database.url }).initialize()
  return {
    store,
    transaction: (work) => host.transaction(work),
    reopen: (again) => openStore({ database: database.url, ...options, ...again }),
    close: async () => {
      await host.destroy()
      await store.stop()
      await database.drop()
    },
  }
}
