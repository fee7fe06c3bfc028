import { writeFileSync } from 'node:fs'
import { Agent, type ClientRequest, request } from 'node:http'
import { createRandom } from '../runner/random'
import { childSettings, serveParent } from '../runner/parent'
import type { Answer } from './oracle'

/** What the load process is started with. */
export interface LoadSettings {
  readonly seed: number
  readonly connections: number
  /** Requests per second of all of them; undefined: as many as they get answered. */
  readonly rate?: number
  /** Where the answers go when the load stops, as JSON. */
  readonly answers: string
}

const settings = childSettings<LoadSettings>()
const random = createRandom(settings.seed)
// Hangs up before the server does after five idle seconds: a request sent into that moment would be nobody's loss.
const agent = new Agent({ keepAlive: true, maxSockets: settings.connections, timeout: 4_000 })
const answers: Answer[] = []
let port: number | undefined
let running = true
let asked = 0
let nextAt = 0

/** A client on its own: one request after the other, each with an id that occurs in the header and in the path. */
async function client(): Promise<void> {
  while (running) {
    await turnOf()
    const answer = await ask(`r-${settings.seed}-${++asked}`)
    answers.push(answer)
    // Nobody listens: as real clients do, wait a little before the next attempt.
    if (answer.fate === 'unsent') await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Hands out the moments at which requests begin; what was missed is made up for, half a second of it at most. */
async function turnOf(): Promise<void> {
  if (settings.rate === undefined) return
  const now = performance.now()
  const at = Math.max(nextAt, now - 500)
  nextAt = at + 1_000 / settings.rate
  if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now))
}

function ask(id: string): Promise<Answer> {
  const kind = random.between(0, 11) // a third writes, a sixth lists, half reads one; of the writes a fourth rolls back
  const method = kind < 4 ? 'POST' : 'GET'
  const path = kind < 6 ? `/shelves/${id}/items` : `/items/${id}`
  const at = Date.now()
  const began = performance.now()
  return new Promise((resolve) => {
    const body = method === 'POST' ? JSON.stringify({ id, name: 'a thing', amount: kind === 0 ? -1 : 3 }) : undefined
    const headers = {
      'x-request-id': id,
      'x-user': `user-${id}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers })
    onAnswer(outgoing, (fate, status) => {
      const tookMs = performance.now() - began
      resolve({ id, method, fate, at, tookMs, ...(status !== undefined && { status }) })
    })
    outgoing.end(body)
  })
}

/** Only a response that arrived whole counts as acknowledged; only a refused connection counts as unsent. */
function onAnswer(outgoing: ClientRequest, done: (fate: Answer['fate'], status?: number) => void): void {
  outgoing.setTimeout(10_000, () => outgoing.destroy())
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    done(error.code === 'ECONNREFUSED' ? 'unsent' : 'unanswered')
  })
  outgoing.on('close', () => done('unanswered'))
  outgoing.on('response', (response) => {
    response.on('error', () => done('unanswered'))
    response.on('end', () => done(response.complete ? 'acknowledged' : 'unanswered', response.statusCode))
    response.resume()
  })
}

let clients: Promise<unknown> | undefined

serveParent({
  /** The application is at this port now. */
  aim(to: number) {
    port = to
    clients ??= Promise.all(Array.from({ length: settings.connections }, client))
  },
  count: () => answers.reduce((sum, { fate }) => sum + (fate === 'acknowledged' ? 1 : 0), 0),
  async stop() {
    running = false
    await clients
    writeFileSync(settings.answers, JSON.stringify(answers))
  },
})
