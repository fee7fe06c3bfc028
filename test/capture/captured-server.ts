import { once } from 'node:events'
import http from 'node:http'
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type Capture, createCapture } from '../../packages/core/src/capture/capture'
import type { CaptureRules } from '../../packages/core/src/capture/capture-options'
import type { Exchange, MatchedRoute } from '../../packages/core/src/capture/exchange'
import { normaliseEvent } from '../../packages/core/src/ledger/normal-form'
import type { EventRow } from '../../packages/core/src/model/event'
import { createIds } from '../../packages/core/src/model/id'
import { createRedactor } from '../../packages/core/src/redact/redactor'

/** What a test serves. */
export type Handler = (req: http.IncomingMessage, res: http.ServerResponse) => unknown

const defaults: CaptureRules = {
  actor: undefined,
  workspace: undefined,
  requestIdHeader: 'x-request-id',
  capture: 'all',
  intents: 'all',
  when: undefined,
  trustProxy: false,
  include: { headers: [], query: false, body: false },
  cacheEntries: 100,
  abortGraceMs: 200,
}

/** A journal that keeps what it is given, in order. */
function createRecorder() {
  const frames: { type: 'intent' | 'outcome' | 'cancel'; id: string; row?: EventRow }[] = []
  return {
    frames,
    events: () => frames.flatMap(({ row }) => row ?? []),
    journal: {
      intent(id: string, payload: string) {
        frames.push({ type: 'intent', id: (JSON.parse(payload) as { id: string }).id })
        return id as never
      },
      outcome(text: string) {
        const row = JSON.parse(text) as EventRow
        frames.push({ type: 'outcome', id: row.id, row })
      },
      cancel: (ticket: unknown) => void frames.push({ type: 'cancel', id: ticket as string }),
    },
  }
}

/** A captured server and what it recorded. */
export interface App {
  readonly base: string
  readonly recorder: ReturnType<typeof createRecorder>
  readonly swallowed: unknown[]
  readonly capture: Capture
}

const open: (http.Server | Http2Server)[] = []

/** Listens on a free port until `closeAll`; answers the port. */
export async function listen(server: http.Server | Http2Server): Promise<number> {
  open.push(server.listen(0))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Closes every server of this file. */
export async function closeAll(): Promise<void> {
  for (const server of open.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Serves `handler` behind a capture that matched `route`. */
export async function serve(handler: Handler, options: Partial<CaptureRules> = {}, route?: MatchedRoute): Promise<App> {
  const recorder = createRecorder()
  const swallowed: unknown[] = []
  const redactor = createRedactor()
  const ids = createIds()
  const capture = createCapture(
    {
      journal: recorder.journal,
      ids,
      redactor,
      normalise: (input) => normaliseEvent(input, { nextId: () => ids.next(), now: Date.now, redactor }),
      now: Date.now,
      swallowed: (error) => swallowed.push(error),
    },
    { ...defaults, ...options },
  )
  const server = http.createServer((req, res) => {
    const exchange: Exchange = {
      req,
      res,
      url: req.url ?? '/',
      native: req,
      route: () => route,
      user: () => (req as { user?: unknown }).user,
      body: () => undefined,
    }
    capture.capture(exchange, () => handler(req, res))
  })
  const port = await listen(server)
  return { base: `http://127.0.0.1:${port}`, recorder, swallowed, capture }
}

/** A route with an id. */
export const projects: MatchedRoute = { pattern: '/projects/:id', params: { id: 'p1' } }

/** Polls for at most five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('never happened')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
