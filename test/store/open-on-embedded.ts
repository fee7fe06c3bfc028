import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openEmbedded } from '@actrail/embedded'
import { DataSource } from 'typeorm'
import { openStore } from '../../packages/core/src/store/store'
import type { OpenedStore, OpenOptions } from '../../packages/testkit/src/store/index'

/** Opens stores on embedded databases. */
export interface EmbeddedOpener {
  open(options?: OpenOptions): Promise<OpenedStore>
  close(): Promise<void>
}

interface Engine {
  directory: string
  database: Awaited<ReturnType<typeof openEmbedded>>
  schemas: number
  isTaken: boolean
}

/** Starting an engine is slow: stores share one, each in a schema of its own, unless two are open at the same time. */
export function createEmbeddedOpener(): EmbeddedOpener {
  const engines: Engine[] = []

  async function take(): Promise<Engine> {
    const idle = engines.find((engine) => !engine.isTaken)
    if (idle) return idle
    const directory = mkdtempSync(path.join(tmpdir(), 'actrail-embedded-'))
    const engine = { directory, database: await openEmbedded({ directory }), schemas: 0, isTaken: true }
    engines.push(engine)
    return engine
  }

  return {
    open: async (options) => {
      const engine = await take()
      engine.isTaken = true
      return openOn(engine, options)
    },
    close: async () => {
      for (const { database, directory } of engines) {
        await database.close()
        rmSync(directory, { recursive: true, force: true })
      }
    },
  }
}

async function openOn(engine: Engine, options?: OpenOptions): Promise<OpenedStore> {
  const schema = `store_${++engine.schemas}`
  const open = () => openStore({ database: engine.database, schema, ...options })
  const store = await open()
  return {
    store,
    transaction: async (work) => {
      const stream = () => engine.database.stream()
      const host = await new DataSource({ type: 'postgres', extra: { stream, ssl: false } }).initialize()
      try {
        await host.transaction(work)
      } finally {
        await host.destroy()
      }
    },
    reopen: async () => {
      await engine.database.close()
      engine.database = await openEmbedded({ directory: engine.directory })
      return open()
    },
    close: async () => {
      await store.stop()
      engine.isTaken = false
    },
  }
}
