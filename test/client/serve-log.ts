import { staticTokens } from '@actrail/core'
import { createMemoryTrail, type MemoryTrail } from '@actrail/core/testing'
import { audit } from '@actrail/express'
import express, { type Express, type Request } from 'express'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An Express application with the API mounted, behind a real socket. */
export interface ServedLog {
  readonly app: Express
  readonly trail: MemoryTrail<Request>
  readonly origin: string
  /** Where the API is mounted. */
  readonly baseUrl: string
  /** Answers that have not ended. */
  inFlight(): number
  stop(): Promise<void>
}

/** Whom the served log knows. */
const authorize = staticTokens({
  ann: {
    id: 'ann',
    workspaces: ['acme'],
    permissions: ['activity:read', 'activity:export', 'activity:write'],
  },
  both: { id: 'both', workspaces: ['acme', 'rival'], permissions: ['activity:read', 'activity:write'] },
  reader: { id: 'bob', workspaces: ['acme'], permissions: ['activity:read'] },
})

/** Serves an application on a free port, with a log in memory unless another trail is given. */
export async function serveLog(
  trail: MemoryTrail<Request> = createMemoryTrail<Request>({ authorize }),
): Promise<ServedLog> {
  const activity = audit(trail)
  const app = express()
  app.use(activity)
  app.use('/api/v1', activity.router())
  let inFlight = 0
  const { origin, server } = await listen(
    createServer((req, res) => {
      inFlight++
      res.on('close', () => inFlight--)
      app(req, res)
    }),
  )
  return { app, trail, origin, baseUrl: `${origin}/api/v1`, inFlight: () => inFlight, stop: () => close(server) }
}

/** Records numbered events `n.0`, `n.1` … in a workspace. */
export async function fill(trail: MemoryTrail<Request>, count: number, workspace = 'acme'): Promise<void> {
  for (let n = 0; n < count; n++) {
    const actor = { type: 'user', id: 'ann', name: 'Ann, of "Acme"\r\nand Käfer & Søn 🐞' }
    await trail.record({ action: `n.${n}`, workspace, actor, details: { n, text: `line\n${'x'.repeat(n % 50)}` } })
  }
}

/** Begins to listen on a free port of the loopback interface. */
export async function listen(server: Server): Promise<{ readonly server: Server; readonly origin: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Ends all connections and stops listening. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
