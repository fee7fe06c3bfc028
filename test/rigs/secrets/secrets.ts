import { audit, type Activity, annotate, staticTokens } from '@actrail/express'
import express, { type ErrorRequestHandler } from 'express'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { Agent, request, type Server } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { startPostgres } from '../../db/server'
import { type Findings, progress } from '../runner/command'
import { createRandom } from '../runner/random'
import { type Laden, laden, STORED_HEADERS } from './canaries'
import { dumpTables, readAnswers } from './dumps'
import { blindIn, type Haystack, leaksIn } from './search'

/** Flags of the `secrets` rig. */
export interface SecretsFlags {
  readonly canaries: number
  readonly seed: number
}

const TOKEN = 'auditor-token'
const CONNECTIONS = 8
// An intent is written before any route is known, and holds the path as it came: that a segment of it is a secret is
// what the name of the route's parameter says. It leaves the disk with its segment. All else of it is searched.
const PATH_OF_INTENT = /(\{"id":"[0-9a-f-]{36}","at":\d+,"method":"[A-Z]+"),"path":"[^"]*"/g

/**
 * Lays secrets into every part of requests, with all that can be stored switched on, and searches every place that what
 * was captured can reach. Without a database at first, so that the whole of it lies in the journal's files.
 */
export async function run({ canaries, seed }: SecretsFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-secrets-'))
  const random = createRandom(seed)
  const requests = Array.from({ length: canaries }, (_, n) => laden(random, n))
  const log: string[] = []
  try {
    const journal = await withoutDatabase(requests, { folder, log })
    progress('all requests are answered; the journal goes to a database')
    const stored = await withDatabase({ folder, log })
    return findings(requests, [journal, ...stored], log.join('\n'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Kept {
  readonly folder: string
  readonly log: string[]
}

async function withoutDatabase(requests: readonly Laden[], { folder, log }: Kept): Promise<Haystack> {
  const activity = open(`postgres://nobody:cnryDatabasePassword@127.0.0.1:${await closedPort()}/none`, { folder, log })
  const server = serve(activity, requests)
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    let next = 0
    const client = async (): Promise<void> => {
      for (let one = requests[next++]; one !== undefined; one = requests[next++]) await send(one, { port, agent })
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, client))
    log.push(inspect(activity.trail.status(), { depth: 9 }))
    return { name: 'the journal', text: filesIn(folder).replace(PATH_OF_INTENT, '$1') }
  } finally {
    agent.destroy()
    server.close()
    await activity.trail.stop()
  }
}

/** A second life on the same folder: it adopts what the first one left. */
async function withDatabase({ folder, log }: Kept): Promise<Haystack[]> {
  const postgres = await startPostgres()
  const activity = open(postgres.url, { folder, log })
  const server = serve(activity, [])
  try {
    await once(server, 'listening')
    await activity.trail.start()
    await adopted(join(folder, 'journal'))
    await activity.trail.flush()
    const { port } = server.address() as AddressInfo
    const answers = await readAnswers(`http://127.0.0.1:${port}/api/v1`, TOKEN)
    await activity.trail.flush()
    return [await dumpTables(postgres.url), answers]
  } finally {
    server.close()
    server.closeAllConnections()
    await activity.trail.stop()
    await postgres.stop()
  }
}

const ADOPTED_WITHIN_MS = 60_000

/** Waits until the folder of the first life is gone. */
async function adopted(journal: string): Promise<void> {
  const deadline = Date.now() + ADOPTED_WITHIN_MS
  while (readdirSync(journal).length > 1) {
    if (Date.now() > deadline) throw new Error('the journal of the first life was not adopted within a minute')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function open(database: string, { folder, log }: Kept): Activity {
  const note = (facts: object, message: string): void => void log.push(`${message} ${inspect(facts, { depth: 9 })}`)
  return audit({
    database,
    directory: folder,
    logger: { debug: note, info: note, warn: note, error: note },
    include: { headers: STORED_HEADERS, query: true, body: true },
    authorize: staticTokens({ [TOKEN]: { id: 'auditor', workspaces: ['default'], permissions: ['activity:admin'] } }),
  })
}

function serve(activity: Activity, requests: readonly Laden[]): Server {
  const app = express()
  app.set('env', 'test')
  app.use(activity)
  app.use('/api/v1', activity.router())
  app.use(express.json(), express.urlencoded({ extended: false }))
  const laid = new Map(requests.map((one) => [one.witness, one]))
  app.all(['/things/:id', '/reset/:token'], (req, res) => {
    const { said: words, failure } = laid.get(String(req.get('x-request-id'))) ?? {}
    if (words !== undefined) annotate(words)
    if (failure !== undefined) throw new Error(failure)
    res.json({ ok: true })
  })
  const failed: ErrorRequestHandler = (error: Error, _req, res, _next) => {
    annotate({ details: { error } })
    res.status(500).json({ error: 'failed' })
  }
  app.use(failed)
  return app.listen(0, '127.0.0.1')
}

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Every file below a folder, one after the other. */
function filesIn(folder: string): string {
  const names = readdirSync(folder, { recursive: true }) as string[]
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
  return files.map((path) => readFileSync(path, 'utf8')).join('\n')
}

function send(
  { method, path, headers, body = '' }: Laden,
  { port, agent }: { port: number; agent: Agent },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers: { ...length, ...headers } })
    outgoing.once('response', (response) => response.resume().once('end', resolve))
    outgoing.once('error', reject).end(body)
  })
}

function findings(requests: readonly Laden[], haystacks: readonly Haystack[], log: string): Findings {
  const leaks = leaksIn(
    [...haystacks, { name: 'the log', text: log }],
    [...requests.flatMap(({ canaries }) => canaries), { text: 'cnryDatabasePassword', place: 'the database option' }],
  )
  const blind = blindIn(haystacks, requests.map(({ witness }) => witness)) // prettier-ignore
  const examples = new Map<string, number>()
  for (const { where, place } of leaks)
    examples.set(`${place} in ${where}`, (examples.get(`${place} in ${where}`) ?? 0) + 1)
  return {
    pass: leaks.length === 0 && blind.length === 0,
    canaries: requests.length,
    places: new Set(requests.flatMap(({ canaries }) => canaries.map(({ place }) => place))).size,
    leaks: leaks.length,
    blind,
    searchedMb: Math.round(haystacks.reduce((sum, { text }) => sum + text.length, log.length) / 2 ** 20),
    ...(leaks.length > 0 && { examples: Object.fromEntries(examples) }),
  }
}
