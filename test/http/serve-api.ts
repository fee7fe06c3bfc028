import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createApi, type Api, type ApiDependencies, type ApiOptions } from '../../packages/core/src/http/api'
import { send, toApiRequest } from '../../packages/core/src/http/node'
import type { EventInput, JsonObject } from '../../packages/core/src/model/event'
import { showId } from '../../packages/core/src/model/id'
import { createMemoryLog, type MemoryLog } from './memory-query'

/** An API behind a real socket, with what it read from and recorded. */
export interface ServedApi {
  readonly api: Api
  readonly log: MemoryLog
  readonly viewed: EventInput[]
  /** Events that were sent to be recorded. */
  readonly accepted: EventInput[]
  readonly reported: unknown[]
  readonly origin: string
  readonly server: Server
  /** Sends a request to a path below the mount point, with `token` as its bearer. */
  get(path: string, init?: RequestInit & { token?: string }): Promise<Response>
  stop(): Promise<void>
}

/** What tests read of an entry, in whichever shape. */
export interface SeenEntry {
  readonly id: string
  readonly action: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
}

/** What tests read of a page. */
export interface SeenPage {
  readonly items: SeenEntry[]
  readonly total: number | null
  readonly limit: number
  readonly offset: number
  readonly next_cursor?: string | null
}

/** Reads an answer as JSON of a known shape. */
export async function read<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T
}

/** What a test may replace. */
export type ServeOptions = ApiOptions & Partial<ApiDependencies> & { readonly basePath?: string }

/** Serves an API on a free port of the loopback interface. */
export async function serveApi({ basePath = '/api/v1', ...options }: ServeOptions = {}): Promise<ServedApi> {
  const log = createMemoryLog()
  const viewed: EventInput[] = []
  const accepted: EventInput[] = []
  const reported: unknown[] = []
  const api = createApi(
    {
      query: log,
      health: () => ({ status: 'ok', lost: 0 }),
      viewed: (event) => viewed.push(event),
      accept: async (event) => {
        accepted.push(event)
        const { action, workspace = 'default', context } = event
        const sketch = { action, workspace_id: workspace, ...(context && { context: context as JsonObject }) }
        return showId(log.add(sketch).id)
      },
      report: (error) => reported.push(error),
      ...options,
    },
    options,
  )
  const server = createServer((req, res) => {
    void api.handle(toApiRequest(req, { basePath })).then((response) => send(res, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    api,
    log,
    viewed,
    accepted,
    reported,
    origin,
    server,
    get: (path, { token, ...init } = {}) => {
      const headers = new Headers(init.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      return fetch(`${origin}${basePath}${path}`, { ...init, headers })
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
