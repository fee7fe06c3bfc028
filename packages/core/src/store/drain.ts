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
