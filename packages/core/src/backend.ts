import { join } from 'node:path'
import { rollupTask } from './analytics/rollups'
import { ActrailError } from './errors'
import type { ActivityQuery } from './http/services'
import { createSender, type Sender } from './ingest/sender'
import type { Journal } from './journal/types'
import type { Logger } from './model/logger'
import type { ResolvedOptions } from './options'
import { createQuery } from './query/query'
import { createSequencer, type Sequencer } from './sequence/sequencer'
import type { ManagerLike } from './store/append'
import { openEmbeddedStore } from './store/embedded'
import { openStore, type Store } from './store/store'
import { createTasks, type Tasks } from './tasks/tasks'

/** Everything behind the journal: it is opened while requests are already served, and may fail and come back. */
export interface Backend {
  /** Reads; they wait for the first opening and reject with `ERR_STORE_UNAVAILABLE` while there is no store. */
  readonly query: ActivityQuery
  start(): Promise<void>
  recordIn(manager: ManagerLike, text: string): Promise<void>
  /** Resolves when what is in the journal now is in the log. */
  flush(): Promise<void>
  stop(): Promise<void>
  stopped(): boolean
  status(): { readonly healthy: boolean; readonly [part: string]: unknown }
}

export interface BackendDeps {
  readonly journal: Journal
  readonly logger: Logger
  readonly now: () => number
}

interface Running {
  readonly store: Store
  readonly sender: Sender
  readonly sequencer: Sequencer
  readonly tasks: Tasks
  readonly query: ActivityQuery
  close(): Promise<void>
}

const RETRY_MS = { first: 250, most: 5_000 }
const STOP_FLUSH_MS = 5_000
/** What may pass by itself: the server comes up, another process gives the embedded store free. */
const PASSING = new Set(['ERR_STORE_UNREACHABLE', 'ERR_STORE_LOCKED'])

/** Opens what is behind the journal, at once, and again after a while where that may help. */
export function createBackend(config: ResolvedOptions, deps: BackendDeps): Backend {
  const { journal, logger } = deps
  let running: Running | undefined
  let opening: Promise<Running> | undefined
  let failure: unknown
  let retry: NodeJS.Timeout | undefined
  let failures = 0
  let stopping: Promise<void> | undefined

  function open(): Promise<Running> {
    if (stopping !== undefined) return Promise.reject(stopped())
    opening ??= openRunning(config, deps).then(
      (opened) => {
        failure = undefined
        failures = 0
        return (running = opened)
      },
      (error: unknown) => {
        opening = undefined
        failure = error
        if (failures++ === 0) logger.error({ err: error }, 'actrail: the store is not open; events wait in the journal')
        scheduleRetry(error)
        throw error
      },
    )
    return opening
  }

  function scheduleRetry(error: unknown): void {
    if (stopping !== undefined || !(error instanceof ActrailError) || !PASSING.has(error.code)) return
    const ms = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures) * (0.5 + Math.random() / 2)
    retry = setTimeout(() => void open().catch(() => undefined), ms).unref()
  }

  async function opened(): Promise<Running> {
    if (running !== undefined) return running
    if (failure === undefined) return open()
    const remedy = failure instanceof Error ? failure.message : String(failure)
    throw new ActrailError('ERR_STORE_UNAVAILABLE', `The log's store is not open. ${remedy}`, { cause: failure })
  }

  async function flush(): Promise<void> {
    const { sender, sequencer, store } = await opened()
    await sender.flush()
    sequencer.wake(1, true)
    await store.drained()
  }

  async function shutDown(): Promise<void> {
    clearTimeout(retry)
    const current = running ?? (await opening?.catch(() => undefined))
    if (current !== undefined) {
      await Promise.race([
        flush().catch((err: unknown) => logger.warn({ err }, 'actrail: not all was stored; it waits in the journal')),
        grace(),
      ])
      await current.close()
    }
    await journal.close()
  }

  // A host that never awaits start() gets the log line above; what it rejects with has been said there.
  setImmediate(() => void (stopping === undefined && open().catch(() => undefined)))

  return {
    query: {
      list: async (...args) => (await opened()).query.list(...args),
      listAll: async (...args) => (await opened()).query.listAll(...args),
      get: async (...args) => (await opened()).query.get(...args),
    },
    start: async () => void (await open()),
    recordIn: async (manager, text) => {
      const { store, sequencer } = await opened()
      await store.appendIn(manager, text)
      sequencer.wake(1)
    },
    flush,
    stop: () => (stopping ??= shutDown()),
    stopped: () => stopping !== undefined,
    status: () => ({
      healthy: failure === undefined,
      store:
        running === undefined
          ? { open: false, problem: failure instanceof Error ? failure.message : undefined }
          : { open: true },
      ...(running !== undefined && {
        sender: running.sender.status(),
        sequencer: running.sequencer.status(),
        tasks: running.tasks.status(),
      }),
    }),
  }
}

const stopped = (): ActrailError => new ActrailError('ERR_TRAIL_STOPPED', 'The trail is stopped. Make a new one.')

const grace = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, STOP_FLUSH_MS).unref())

async function openRunning(config: ResolvedOptions, { journal, logger, now }: BackendDeps): Promise<Running> {
  const embedded =
    config.database === undefined
      ? await openEmbeddedStore({ directory: join(config.directory, 'store'), logger })
      : undefined
  try {
    const store = await openStore({
      database: config.database ?? (embedded as NonNullable<typeof embedded>),
      schema: config.schema,
      shardEvents: config.shardEvents,
      now,
    })
    const sequencer = createSequencer({ log: store.sequence, logger })
    const sender = createSender({ reader: journal.reader, store, logger, onStored: (events) => sequencer.wake(events) })
    const tasks = createTasks({
      tasks: [rollupTask(store.rollups)],
      isLeader: () => sequencer.isLeader(),
      logger,
    })
    if (config.sequencer) {
      sequencer.start()
      tasks.start()
    }
    const query = createQuery({ reader: store.read })
    const close = async (): Promise<void> => {
      await sender.stop()
      await tasks.stop()
      await sequencer.stop()
      await store.stop()
      await embedded?.close()
    }
    return { store, sender, sequencer, tasks, query, close }
  } catch (error) {
    await embedded?.close()
    throw error
  }
}
