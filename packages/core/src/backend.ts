import { join } from 'node:path'
import { rollupTask } from './analytics/rollups'
import { ActrailError } from './errors'
import type { ActivityQuery } from './http/services'
import type { BackendFigures } from './health/status'
import type { SenderStore } from './ingest/delivery'
import { createSender, type Sender } from './ingest/sender'
import type { Journal } from './journal/types'
import type { Logger } from './model/logger'
import type { ResolvedOptions } from './options'
import { createQuery } from './query/query'
import { searchIndexTask } from './query/search-index-task'
import { createSequencer, type Sequencer } from './sequence/sequencer'
import type { ManagerLike } from './store/append'
import { openEmbeddedStore } from './store/embedded'
import { createFigureReader } from './store/read/figures'
import type { Examination } from './store/examine'
import type { Quarantine } from './store/quarantine'
import { openStore, type Store } from './store/store'
import { LogFeed } from './stream/feed'
import { tail } from './stream/tail'
import { createTasks, type Tasks } from './tasks/tasks'

/** Everything behind the journal: it is opened while requests are already served, and may fail and come back. */
export interface Backend {
  /** Reads; they wait for the first opening and reject with `ERR_STORE_UNAVAILABLE` while there is no store. */
  readonly query: ActivityQuery
  /** What the database refused. */
  readonly quarantine: Quarantine
  start(): Promise<void>
  recordIn(manager: ManagerLike, text: string): Promise<void>
  /** The same for up to 500 events, and when it rejects the host's transaction is as it was. */
  recordGently(manager: ManagerLike, texts: readonly string[]): Promise<void>
  /** Resolves when what this process has accepted so far is in the log. */
  flush(): Promise<void>
  stop(): Promise<void>
  isStopped(): boolean
  status(): BackendFigures
  /** Looks at the database; undefined where there is none by design. Rejects while there is no store. */
  examine(): Promise<Examination | undefined>
}

/** What a backend stands on. */
export interface BackendDeps {
  readonly journal: Journal
  readonly logger: Logger
  readonly now: () => number
  /** Called with the time, in ms, that each write to the database took. */
  readonly onStoreWrite?: ((tookMs: number) => void) | undefined
}

interface Running {
  readonly store: Store
  readonly sender: Sender
  readonly sequencer: Sequencer
  readonly tasks: Tasks
  readonly query: Omit<ActivityQuery, 'follow'>
  readonly feed: LogFeed
  close(): Promise<void>
}

const RETRY_MS = { first: 250, most: 5_000 }
/** A host that ends has five seconds, whatever the database does: these, and what cutting a silent connection takes. */
const STOP_MS = { flush: 2_500, work: 500 }
/** What may pass by itself: the server comes up, another process gives the embedded store free. */
const PASSING = new Set(['ERR_STORE_UNREACHABLE', 'ERR_STORE_LOCKED'])

/** Opens what is behind the journal, at once, and again after a while where that may help. */
export function createBackend(config: ResolvedOptions, deps: BackendDeps): Backend {
  return new OpeningBackend(config, deps).begin()
}

/**
 *     opening ──▶ open ──stop──▶ stopped
 *        ▲ │ failed, and it may pass: again after 0.25–5 s; events wait in the journal meanwhile
 *        └─┘
 */
class OpeningBackend implements Backend {
  private running: Running | undefined
  private opening: Promise<Running> | undefined
  private failure: Error | undefined
  private failures = 0
  private retry: NodeJS.Timeout | undefined
  private stopping: Promise<void> | undefined
  private readonly aborting = new AbortController()

  constructor(
    private readonly config: ResolvedOptions,
    private readonly deps: BackendDeps,
  ) {}

  readonly query: ActivityQuery = {
    list: async (...args) => (await this.opened()).query.list(...args),
    scroll: async (...args) => (await this.opened()).query.scroll(...args),
    csv: async (...args) => (await this.opened()).query.csv(...args),
    follow: async (following) => {
      const { store, feed } = await this.opened()
      return tail(store.read, feed, following)
    },
    get: async (...args) => (await this.opened()).query.get(...args),
    figures: async (...args) => (await this.opened()).query.figures(...args),
  }

  readonly quarantine: Quarantine = {
    list: async (page) => (await this.opened()).store.quarantined.list(page),
    retry: async (ids) => {
      const { store, sequencer } = await this.opened()
      const retried = await store.quarantined.retry(ids)
      sequencer.wake(ids.length)
      return retried
    },
  }

  begin(): this {
    // A host that never awaits start() reads of a failure in its log.
    setImmediate(() => void (this.stopping ?? this.open().catch(() => undefined)))
    return this
  }

  async start(): Promise<void> {
    await this.open()
  }

  async recordIn(manager: ManagerLike, text: string): Promise<void> {
    const { store, sequencer } = await this.opened()
    await store.appendIn(manager, text)
    sequencer.wake(1)
  }

  async recordGently(manager: ManagerLike, texts: readonly string[]): Promise<void> {
    const { store, sequencer } = await this.opened()
    await store.appendGently(manager, texts)
    sequencer.wake(texts.length)
  }

  async flush(): Promise<void> {
    const { sender, sequencer, store } = await this.opened()
    await sender.flush()
    sequencer.wake(1, true)
    await store.drained()
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.shutDown())
  }

  isStopped(): boolean {
    return this.stopping !== undefined
  }

  status(): BackendFigures {
    const { running, failure } = this
    return {
      isStopped: this.isStopped(),
      failure,
      ...(running !== undefined && {
        running: {
          setUp: running.store.setUp,
          sender: running.sender.status(),
          sequencer: running.sequencer.status(),
          tasks: running.tasks.status(),
          figures: () => running.store.status(),
        },
      }),
    }
  }

  async examine(): Promise<Examination> {
    return (await this.opened()).store.examine()
  }

  private open(): Promise<Running> {
    if (this.isStopped())
      return Promise.reject(new ActrailError('ERR_TRAIL_STOPPED', 'The trail is stopped. Make a new one.'))
    this.opening ??= openRunning(this.config, { ...this.deps, signal: this.aborting.signal }).then(
      (running) => {
        this.failure = undefined
        this.failures = 0
        return (this.running = running)
      },
      (error: unknown) => this.failed(error),
    )
    return this.opening
  }

  private failed(error: unknown): never {
    this.opening = undefined
    this.failure = error instanceof Error ? error : new Error(String(error))
    if (this.failures++ === 0)
      this.deps.logger.error({ err: error }, 'actrail: the store is not open; events wait in the journal')
    if (!this.isStopped() && error instanceof ActrailError && PASSING.has(error.code)) {
      const ms = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.failures) * (0.5 + Math.random() / 2)
      this.retry = setTimeout(() => void this.open().catch(() => undefined), ms).unref()
    }
    throw error
  }

  private async opened(): Promise<Running> {
    if (this.running !== undefined) return this.running
    if (this.failure === undefined) return this.open()
    const message = `The log's store is not open. ${this.failure.message}`
    throw new ActrailError('ERR_STORE_UNAVAILABLE', message, { cause: this.failure })
  }

  private async shutDown(): Promise<void> {
    clearTimeout(this.retry)
    const opening = this.opening?.catch(() => undefined)
    const running = this.running ?? (await Promise.race([opening, after(STOP_MS.flush)]))
    if (running !== undefined) {
      await Promise.race([this.flush().catch((error: unknown) => this.unsent(error)), after(STOP_MS.flush)])
      await running.close()
    } else {
      this.aborting.abort()
      await Promise.race([opening?.then((late) => late?.close()), after(STOP_MS.work)])
    }
    await this.deps.journal.close()
  }

  private unsent(error: unknown): void {
    this.deps.logger.warn({ err: error }, 'actrail: not all events are stored; the others wait in the journal')
  }
}

const after = (ms: number): Promise<undefined> =>
  new Promise((resolve) => void setTimeout(() => resolve(undefined), ms).unref())

async function openRunning(config: ResolvedOptions, deps: BackendDeps & { signal: AbortSignal }): Promise<Running> {
  const { journal, logger, now, signal } = deps
  const { schema, shardEvents, search, poolSize, batchEvents, batchMs } = config
  const { database = await openEmbeddedStore({ directory: join(config.directory, 'store'), logger }) } = config
  const closeEmbedded = async (): Promise<void> => {
    // A host's DataSource has a `close` as well, in TypeORM 0.3: only what was opened here is ours to close.
    if (config.database === undefined && typeof database === 'object' && 'close' in database) await database.close()
  }
  try {
    const opening = { database, schema, shardEvents, search, poolSize, sequencer: config.sequencer, now, signal }
    const store = await openStore(opening)
    const sequencer = createSequencer({ log: store.sequence, logger })
    const onStored = (events: number): void => sequencer.wake(events)
    const sending = { reader: journal.reader, store: timed(store, deps.onStoreWrite), logger, onStored }
    const sender = createSender(sending, { batchEvents, batchMs })
    const tasks = createTasks({
      tasks: [rollupTask(store.rollups), ...(search === 'trigrams' ? [searchIndexTask(store.searchIndex)] : [])],
      isLeader: () => sequencer.isLeader(),
      logger,
    })
    if (config.sequencer) {
      sequencer.start()
      tasks.start()
    }
    const failed = (error: unknown): void => logger.warn({ err: error }, 'actrail: the log could not be followed')
    const feed = new LogFeed({ reader: store.read, onSequenced: (listener) => store.onSequenced(listener), failed })
    const close = async (): Promise<void> => {
      feed.stop()
      const ended = Promise.all([sender.stop(), tasks.stop(), sequencer.stop()])
      // What waits for a server that does not answer ends when the store cuts its connections, or soon after: what
      // waits for a connection of the pool is not told.
      await Promise.race([ended, after(STOP_MS.work)])
      await store.stop()
      await Promise.race([ended, after(STOP_MS.work)])
      await closeEmbedded()
    }
    return { store, sender, sequencer, tasks, query: readsOf(store), feed, close }
  } catch (error) {
    await closeEmbedded()
    throw error
  }
}

function readsOf(store: Store): Running['query'] {
  return { ...createQuery({ reader: store.read }), ...createFigureReader(store.database) }
}

/** The store as the sender uses it, with a watch on its writes if anybody wants to know. */
function timed(store: SenderStore, onWrite: BackendDeps['onStoreWrite']): SenderStore {
  if (onWrite === undefined) return store
  async function time(write: () => Promise<void>): Promise<void> {
    const began = performance.now()
    await write()
    onWrite?.(performance.now() - began)
  }
  return {
    append: (payload, events) => time(() => store.append(payload, events)),
    appendAll: (batches) => time(() => store.appendAll(batches)),
    quarantine: (text, reason) => store.quarantine(text, reason),
    isDataError: (error) => store.isDataError(error),
  }
}
