import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createJournal } from '../../packages/core/src/journal/journal'
import type { Journal } from '../../packages/core/src/journal/types'

/** A logger for benchmarks: only what goes wrong. */
export const logger = {
  debug: () => {},
  info: () => {},
  warn: (facts: object, message: string) => console.error(message, facts),
  error: (facts: object, message: string) => console.error(message, facts),
}

/** A journal on disk with events that nobody has sent yet. */
export interface FilledJournal {
  readonly journal: Journal
  close(): Promise<void>
}

/** Accepts `events` events, one by one from `next`, into a new journal in a folder of its own. */
export async function fillJournal(events: number, next: () => string): Promise<FilledJournal> {
  const directory = mkdtempSync(join(tmpdir(), 'actrail-bench-'))
  const reports = { lostIntent: () => undefined, inProgress: () => undefined, gap: () => undefined }
  const journal = createJournal({ directory, mode: 'durable', reports, logger, maxBytes: 8 * 1024 ** 3 })
  for (let i = 1; i <= events; i++) {
    journal.outcome(next())
    if (i % 100 === 0) await turn()
  }
  await journal.written()
  return {
    journal,
    close: async () => {
      await journal.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
