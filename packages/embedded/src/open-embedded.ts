import cluster from 'node:cluster'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { ActrailError, type Claim, claimFolder, type Logger } from '@actrail/core'
import { ConnectionStream } from './connection-stream'
import { crashedError, createLastingThread } from './lasting-thread'
import type { Opening, StoreSettings, ToStore } from './messages'

/** Options of {@link openEmbedded}. */
export interface EmbeddedOptions {
  /** The folder of the store, on a local disk; made when missing. One process owns it at a time. */
  readonly directory: string
  /** Hears of the store's death and of slow openings; default: nobody. */
  readonly logger?: Logger
  /**
   * How long a statement waits for another connection's transaction that does nothing, in ms; default 10,000. After
   * that it fails (SQLSTATE 55P03); after three times as long the transaction is rolled back and its connection ended.
   */
  readonly idleTransactionMs?: number
}

/** An open embedded store. */
export interface EmbeddedStore {
  /** A new connection for `pg`: pass this function as its option `stream`. */
  stream(): Duplex
  /** Ends all connections, writes a checkpoint and gives the folder up. May be called twice. */
  close(): Promise<void>
}

const IDLE_TRANSACTION_MS = 10_000

/**
 * Opens a PostgreSQL of this process's own: PGlite in a worker thread, with its data in a local folder. Survives
 * `kill -9` of the process, not a power failure.
 *
 * @throws ActrailError `ERR_STORE_LOCKED` when another process (or this one) has the folder open; `ERR_STORE_CLUSTER`
 * in a cluster worker; `ERR_STORE_FOLDER` when the folder cannot be written; `ERR_FOLDER_CLAIM` when it cannot hold a
 * socket; `ERR_STORE_CRASHED` when the database does not start.
 * @example
 * const store = await openEmbedded({ directory: '.actrail/store' })
 * const pool = new Pool({ stream: store.stream, user: 'postgres', database: 'postgres' })
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedStore> {
  const directory = path.resolve(options.directory)
  if (cluster.isWorker) throw clusterError()
  makeFolder(directory)
  const claim = await claimFolder(directory)
  if (!claim) throw lockedError(directory)
  const settings = { directory, idleTransactionMs: options.idleTransactionMs ?? IDLE_TRANSACTION_MS }
  const store = createStore(settings, claim, options.logger)
  try {
    await store.start()
  } catch (error) {
    claim.release()
    throw error
  }
  return { stream: store.stream, close: store.close }
}

interface StartableStore extends EmbeddedStore {
  start(): Promise<unknown>
}

function createStore(settings: StoreSettings, claim: Claim, logger?: Logger): StartableStore {
  const streams = new Map<number, ConnectionStream>()
  let closed: Promise<void> | undefined
  let nextId = 1

  const thread = createLastingThread(settings, {
    data: (id, bytes) => streams.get(id)?.push(bytes),
    end: (id) => streams.get(id)?.push(null),
    opened: (how, tookMs) => report(logger, { directory: settings.directory, how, tookMs }),
    died(reason) {
      logger?.error({ directory: settings.directory, reason }, 'the embedded store stopped')
      for (const stream of streams.values()) stream.destroy(crashedError(reason))
    },
  })

  async function dial(stream: ConnectionStream): Promise<(message: ToStore) => void> {
    const { tell } = await thread.get()
    streams.set(stream.id, stream)
    stream.once('close', () => streams.delete(stream.id))
    return tell
  }

  async function close(): Promise<void> {
    try {
      await thread.close()
    } finally {
      for (const stream of streams.values()) stream.destroy()
      claim.release()
    }
  }

  return {
    start: thread.get,
    stream: () => new ConnectionStream(nextId++, dial),
    close: () => (closed ??= close()),
  }
}

function report(logger: Logger | undefined, facts: { directory: string; how: Opening; tookMs: number }): void {
  if (facts.how === 'initdb') logger?.warn(facts, 'the embedded store was made without a snapshot, which is slow')
  else logger?.debug(facts, 'the embedded store is open')
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `The folder ${directory} of the embedded store cannot be made; choose one that this user may write.`
    throw new ActrailError('ERR_STORE_FOLDER', message, { cause })
  }
}

function clusterError(): ActrailError {
  return new ActrailError(
    'ERR_STORE_CLUSTER',
    'The embedded store serves one process and cannot be used by cluster workers; use the option "database" with a PostgreSQL server.',
  )
}

function lockedError(directory: string): ActrailError {
  return new ActrailError(
    'ERR_STORE_LOCKED',
    `The embedded store in ${directory} is open in another process, or twice in this one. Stop the other one, give this one a folder of its own, or use the option "database" with a PostgreSQL server that both can share.`,
  )
}
