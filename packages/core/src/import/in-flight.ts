import type { ImportLog } from './import-log'

/** Events that were sent and are not yet seen in the log, a window at a time. */
export interface InFlight<Draft> {
  has(id: string): boolean
  /** Waits for these in the background, until they are in the log or known to be missing. */
  add(window: ReadonlyMap<string, Draft>): void
  /** Resolves when another window may be sent. Rejects when waiting for one has failed. */
  room(): Promise<void>
  /** Resolves when none is waited for. Rejects when waiting for one has failed. */
  settled(): Promise<void>
  /** Resolves when nothing is waited for any more, whatever became of it. */
  ended(): Promise<void>
}

/** What is told of a window that was waited for. */
export interface Arrivals<Draft> {
  arrived(events: number): void
  missing(draft: Draft): Promise<void>
}

/** Windows that are waited for at once: enough for the sequencer never to wait for us. */
const MOST_WINDOWS = 4

/** Knows nothing at first. */
export function createInFlight<Draft>(
  log: Pick<ImportLog, 'drained' | 'knownIds'>,
  told: Arrivals<Draft>,
): InFlight<Draft> {
  const windows = new Map<ReadonlyMap<string, Draft>, Promise<void>>()

  async function settle(window: ReadonlyMap<string, Draft>): Promise<void> {
    await log.drained()
    const known = await log.knownIds([...window.keys()])
    told.arrived(known.size)
    for (const [id, draft] of window) if (!known.has(id)) await told.missing(draft)
    windows.delete(window)
  }

  async function until(most: number): Promise<void> {
    while (windows.size > most) await Promise.race(windows.values())
  }

  return {
    has: (id) => [...windows.keys()].some((window) => window.has(id)),
    add: (window) => {
      const settling = settle(window)
      // Heard of by whoever asks for room next.
      settling.catch(() => undefined)
      windows.set(window, settling)
    },
    room: () => until(MOST_WINDOWS - 1),
    settled: () => until(0),
    ended: async () => void (await Promise.allSettled(windows.values())),
  }
}
