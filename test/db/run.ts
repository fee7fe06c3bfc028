import { createServer, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { POSTGRES_VERSIONS, type PostgresVersion } from './binaries'
import { type PostgresServer, startPostgres } from './server'

/** The environment variable that tells test processes where to ask for a server. */
export const RUN_SOCKET = 'ACTRAIL_TEST_RUN'

/** The servers of one test run: at most one of each version, started when a test first asks for it. */
export interface TestRun {
  /** Stops all servers. Resolves to where the databases of failing tests are kept, if there are any. */
  stop(): Promise<KeptDatabases | undefined>
}

/** Databases of failing tests, and the folders of their stopped servers. */
export interface KeptDatabases {
  names: string[]
  /** For `test/db/open.ts`. */
  folders: string[]
}

/**
 * Answers `{"version":18}` with `{"url":…}` on a local socket, so that all worker processes of a run share the servers
 * and a run without database tests starts none. `{"kept":"name"}` notes a database that a failing test left.
 */
export async function openTestRun(): Promise<TestRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'actrail-run-'))
  const servers = new Map<PostgresVersion, Promise<PostgresServer>>()
  const kept: string[] = []
  const listener = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => void answer(socket, data.toString(), { servers, kept }))
  })
  await listen(listener, path.join(folder, 'socket'))
  process.env[RUN_SOCKET] = path.join(folder, 'socket')
  return {
    async stop() {
      listener.close()
      const settled = await Promise.allSettled(servers.values())
      const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const keepData = kept.length > 0 && process.env.CI === undefined
      await Promise.all(started.map((server) => server.stop({ keepData })))
      rmSync(folder, { recursive: true, force: true })
      return keepData ? { names: kept, folders: started.map((server) => server.folder) } : undefined
    },
  }
}

interface State {
  servers: Map<PostgresVersion, Promise<PostgresServer>>
  kept: string[]
}

async function answer(socket: Socket, text: string, { servers, kept }: State): Promise<void> {
  try {
    const request = JSON.parse(text) as { version?: number; kept?: string }
    if (request.kept !== undefined) kept.push(request.kept)
    const version = POSTGRES_VERSIONS.find((known) => known === request.version)
    if (version !== undefined && !servers.has(version)) servers.set(version, startPostgres({ version }))
    const server = version === undefined ? undefined : await servers.get(version)
    socket.end(JSON.stringify({ url: server?.url }))
  } catch (error) {
    socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
  }
}

function listen(listener: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(address, resolve)
  })
}
