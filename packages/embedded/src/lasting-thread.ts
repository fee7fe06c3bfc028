import { ActrailError } from '@actrail/core'
import type { Opening, StoreSettings } from './messages'
import { startStoreThread, type StoreListener, type StoreThread } from './store-thread'

/** The store's thread, started when somebody asks for it, and again after it has died. */
export interface LastingThread {
  /** Rejects with `ERR_STORE_CRASHED` when it does not start, died a moment ago, or is closed for good. */
  get(): Promise<StoreThread>
  close(): Promise<void>
}

/** What is heard from a lasting thread. */
export interface LastingListener extends StoreListener {
  opened(how: Opening, tookMs: number): void
}

const RESTART_PAUSE_MS = 5_000

/** Does not start anything yet. A thread that died is started again after five seconds at the earliest. */
export function createLastingThread(settings: StoreSettings, listener: LastingListener): LastingThread {
  let thread: Promise<StoreThread> | undefined
  let startedAt = -Infinity
  let isClosed = false

  async function start(): Promise<StoreThread> {
    startedAt = performance.now()
    try {
      const started = await startStoreThread(settings, { ...listener, died })
      listener.opened(started.how, Math.round(performance.now() - startedAt))
      return started
    } catch (error) {
      thread = undefined
      throw crashedError(error instanceof Error ? error.message : String(error), error)
    }
  }

  function died(reason: string): void {
    thread = undefined
    listener.died(reason)
  }

  async function get(): Promise<StoreThread> {
    if (isClosed) throw closedError()
    const wasJustStarted = performance.now() - startedAt < RESTART_PAUSE_MS
    if (!thread && wasJustStarted) throw crashedError('it died, and is started again after a few seconds')
    return (thread ??= start())
  }

  async function close(): Promise<void> {
    isClosed = true
    const running = await thread?.catch(() => undefined)
    await running?.close()
  }

  return { get, close }
}

/** The store's thread is dead. */
export function crashedError(reason: string, cause?: unknown): ActrailError {
  return new ActrailError(
    'ERR_STORE_CRASHED',
    `The embedded store stopped: ${reason}. What was acknowledged is on disk; the next connection starts it again.`,
    { cause },
  )
}

function closedError(): ActrailError {
  return new ActrailError('ERR_STORE_CRASHED', 'The embedded store is closed; open it again before you connect.')
}
