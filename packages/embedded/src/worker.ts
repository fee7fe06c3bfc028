import { randomInt } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { createBackend, greeting, type PostgresBackend } from './backend'
import { dataFolder, prepareDataFolder } from './data-folder'
import { compileEngine } from './engine'
import { trigrams } from './trigrams'
import { startHousekeeping } from './housekeeping'
import type { FromStore, Opening, StoreSettings, ToStore } from './messages'
import { createSession, type Request, type Session } from './session'
import { backendArguments, INITDB_PARAMETERS } from './settings'
import { type Connection, createTurns, type Turns } from './turns'

// The store's thread: PGlite, its connections and who has a turn. The host's thread speaks to it in messages only.

interface Link {
  readonly session: Session
  readonly connection: Connection
  readonly secret: number
}

const settings = workerData as StoreSettings
const links = new Map<number, Link>()
const lastWords: string[] = []

/** The last complaints of the database, for the message of its death. */
function remember(line: string): void {
  lastWords.push(line.trim())
  if (lastWords.length > 5) lastWords.shift()
}

function tell(message: FromStore): void {
  const transfer = message.kind === 'data' ? [message.bytes.buffer as ArrayBuffer] : []
  parentPort?.postMessage(message, transfer)
}

function send(id: number, bytes: Uint8Array): void {
  tell({ kind: 'data', id, bytes: Uint8Array.from(bytes) }) // a copy of its own: its memory moves to the other thread
}

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  tell({ kind: 'failed', reason: [reason, ...lastWords].join('; ') })
  parentPort?.close()
}

async function openDatabase(): Promise<{ db: PGlite; how: Opening }> {
  const how = prepareDataFolder(settings.directory)
  const db = await PGlite.create({
    dataDir: dataFolder(settings.directory),
    pgliteWasmModule: compileEngine(),
    extensions: { trigrams },
    startParams: [...PGlite.defaultStartParams, ...backendArguments()],
    initDbStartParams: [...INITDB_PARAMETERS],
    onStderr: (line) => {
      if (/FATAL|PANIC/.test(line)) remember(line)
      return true
    },
  })
  return { db, how }
}

function open(id: number): void {
  const session = createSession(id)
  const connection: Connection = {
    send: (bytes) => send(id, bytes),
    ended() {
      links.delete(id)
      tell({ kind: 'end', id })
    },
    farewell: session.farewell,
  }
  links.set(id, { session, connection, secret: randomInt(2 ** 31) })
}

function answer(id: number, request: Request, { turns, backend }: { turns: Turns; backend: PostgresBackend }): void {
  const link = links.get(id)
  if (!link) return
  switch (request.kind) {
    case 'work':
      return turns.add(link.connection, request)
    case 'terminate':
      return turns.leave(link.connection)
    case 'start':
      return send(id, greeting(backend.parameters, id, link.secret))
    case 'encrypt':
      return send(id, Buffer.from('N'))
    case 'cancel': {
      const target = links.get(request.id)
      if (target && target.secret === request.secret) turns.cancel(target.connection)
      return turns.leave(link.connection)
    }
  }
}

async function main(): Promise<void> {
  const { db, how } = await openDatabase()
  const backend = await createBackend(db, (bytes) => {
    for (const { connection } of links.values()) connection.send(bytes)
  })
  const turns = createTurns(backend, { idleTransactionMs: settings.idleTransactionMs, onLost: fail })
  const housekeeping = startHousekeeping(db, turns, (error) => remember(String(error)))

  parentPort?.on('message', (message: ToStore) => {
    if (message.kind === 'shutdown') return void shutdown().catch(fail)
    if (message.kind === 'open') return open(message.id)
    const link = links.get(message.id)
    if (!link) return
    if (message.kind === 'close') return turns.leave(link.connection)
    housekeeping.active()
    for (const request of link.session.push(Buffer.from(message.bytes.buffer)))
      answer(message.id, request, { turns, backend })
  })
  tell({ kind: 'ready', how })

  async function shutdown(): Promise<void> {
    housekeeping.stop()
    for (const { connection } of links.values()) turns.leave(connection)
    await turns.between(() => db.close()) // writes a checkpoint
    tell({ kind: 'closed' })
    parentPort?.close()
  }
}

main().catch(fail)
