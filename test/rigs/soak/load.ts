import { Agent, request } from 'node:http'
import { childSettings, serveParent } from '../runner/parent'
import { createRandom } from '../runner/random'

/** What the load process is started with. */
export interface LoadSettings {
  readonly seed: number
  readonly port: number
  /** Requests per second, sent by the clock whether earlier ones are answered or not. */
  readonly rate: number
  readonly connections: number
}

/** What became of the requests. */
export interface Asked {
  readonly sent: number
  readonly answered: number
  /** Requests that got no answer, and answers that were not expected. */
  readonly unanswered: number
  readonly unexpected: number
  readonly slowestMs: number
}

const { seed, port, rate, connections } = childSettings<LoadSettings>()
const random = createRandom(seed)
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const counts = { sent: 0, answered: 0, unanswered: 0, unexpected: 0, slowestMs: 0 }
const TICK_MS = 10
let beganAt = 0
let timer: NodeJS.Timeout | undefined
let open = 0

/** Of ten requests seven read, two write and one is refused. */
function plan(id: string): { method: string; path: string; body?: string; status: number } {
  const kind = random.between(0, 9)
  if (kind < 7) return { method: 'GET', path: `/items/${id}?page=2`, status: 200 }
  if (kind < 9) return { method: 'POST', path: '/items', body: JSON.stringify({ id, name: 'a thing' }), status: 201 }
  return { method: 'DELETE', path: `/items/${id}`, status: 403 }
}

function ask(): void {
  const id = `s-${seed}-${++counts.sent}`
  const { method, path, body, status } = plan(id)
  const headers = {
    ...{ 'x-request-id': id, 'x-user': `user-${counts.sent % 200}`, 'user-agent': `soak/${counts.sent % 50}` },
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  }
  const began = performance.now()
  open++
  const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
    response.resume().on('end', () => {
      counts.answered++
      if (response.statusCode !== status) counts.unexpected++
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - began)
    })
  })
  outgoing.on('error', () => counts.unanswered++)
  outgoing.on('close', () => open--)
  outgoing.end(body)
}

function tick(): void {
  // What a late tick missed is made up for, half a second of it at most.
  const due = Math.min(Math.floor(((performance.now() - beganAt) / 1_000) * rate) - counts.sent, rate / 2)
  for (let n = 0; n < due; n++) ask()
}

serveParent({
  begin() {
    beganAt = performance.now()
    timer = setInterval(tick, TICK_MS)
  },
  async end(): Promise<Asked> {
    clearInterval(timer)
    while (open > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    agent.destroy()
    return counts
  },
})
