import { ActrailError } from '../errors'
import type { Database } from './database'
import type { SequencedEvents } from './sequence-log'
import { newestBatch, waitsBefore } from './sql/status'

const LOOK_EVERY_MS = 250

/**
 * Resolves when every batch that is in the inbox now has been sequenced, by whichever process. Rejects with the
 * database's error, and with the signal's reason when that is aborted first.
 */
export async function drained(database: Database, log: SequencedEvents, signal?: AbortSignal): Promise<void> {
  const [newest] = await database.query<{ n: number | null }>(newestBatch)
  if (newest?.n == null) return
  for (;;) {
    const step = nextStep(log, signal)
    const [row] = await database.query<{ waits: boolean }>(waitsBefore, [newest.n])
    if (row?.waits !== true) return step.forget()
    await step.happened
    signal?.throwIfAborted()
  }
}

// Listens before the inbox is looked at, so that no step falls between the two.
function nextStep(log: SequencedEvents, signal?: AbortSignal): { happened: Promise<void>; forget: () => void } {
  let forget = (): void => {}
  const happened = new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      silence()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, LOOK_EVERY_MS)
    const silence = log.onSequenced(done)
    signal?.addEventListener('abort', done)
    forget = done
  })
  return { happened, forget }
}

const PATIENCE_MS = 60_000

/** What {@link drainedOrStalled} asks of a store. */
interface Draining {
  drained(signal: AbortSignal): Promise<void>
  status(): Promise<{ readonly sequencedEvents: number; readonly waitingEvents: number }>
}

/**
 * As `drained`, but rejects with `ERR_IMPORT_STALLED` when nothing has moved for a minute: nobody puts the log in order.
 *
 * @param patienceMs how long nothing may move; default a minute
 */
export async function drainedOrStalled(store: Draining, patienceMs = PATIENCE_MS): Promise<void> {
  const giveUp = new AbortController()
  let seen: string | undefined
  const look = async (): Promise<void> => {
    const { sequencedEvents, waitingEvents } = await store.status()
    const now = `${sequencedEvents} ${waitingEvents}`
    if (now === seen) giveUp.abort(stalled(waitingEvents))
    seen = now
  }
  const timer = setInterval(() => void look().catch((error: unknown) => giveUp.abort(error)), patienceMs)
  try {
    await store.drained(giveUp.signal)
  } finally {
    clearInterval(timer)
  }
}

function stalled(waiting: number): ActrailError {
  return new ActrailError(
    'ERR_IMPORT_STALLED',
    `${waiting} events wait in the inbox, and nobody puts them into the log. Start the application, whose sequencer does; then run the import again, which goes on where it was.`,
  )
}
