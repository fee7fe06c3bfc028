import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Disk, localDisk } from '../../packages/core/src/journal/disk'
import { createJournal } from '../../packages/core/src/journal/journal'
import type { Gap, Journal, JournalOptions, JournalReader } from '../../packages/core/src/journal/types'

/** An event as these tests write it. */
export interface TestEvent {
  readonly id: string
  readonly note?: string
  readonly lost?: boolean
  readonly running?: boolean
  readonly gap?: Gap
}

/** A journal in a folder of its own, with the warnings it gave. */
export interface Scratch {
  readonly directory: string
  readonly warnings: string[]
  /** Opens a journal in the folder; all are closed by {@link Scratch.remove}. */
  open(options?: Partial<JournalOptions>, disk?: Disk): Journal
  /** Copies what a producer has on disk, as if its process had died now. */
  crash(journal: Journal): string
  /** The segments of all producers, in order. */
  segments(): string[]
  remove(): Promise<void>
}

/** Looks for dead producers once, at its start; a journal of these tests does not by default. */
export const ADOPT = { adoptMs: 3_600_000 } as const

const LIMIT = { events: 500, bytes: 1_000_000 }

/** Makes a scratch folder. */
export function createScratch(): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'actrail-journal-'))
  const directory = join(root, 'journal')
  const warnings: string[] = []
  const journals: Journal[] = []
  let crashes = 0
  return {
    directory,
    warnings,
    open(options, disk = localDisk) {
      const journal = createJournal({ ...journalDefaults(directory, warnings), ...options }, disk)
      journals.push(journal)
      return journal
    },
    crash(journal) {
      const { producer = '' } = journal.status()
      const name = producer.replace(/[0-9a-f]{12}$/, (++crashes).toString(16).padStart(12, '0'))
      const sockets = (path: string): boolean => !path.endsWith('.sock')
      cpSync(join(directory, producer), join(directory, name), { recursive: true, filter: sockets })
      return join(directory, name)
    },
    segments: () =>
      (readdirSync(directory, { recursive: true }) as string[]).filter((name) => name.endsWith('.wal')).sort(),
    async remove() {
      for (const journal of journals) await journal.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Options of a journal that does nothing by itself but write, and whose reports are short. */
export function journalDefaults(directory: string, warnings: string[] = []): JournalOptions {
  return {
    directory,
    mode: 'durable',
    logger: { warn: (facts, message) => warnings.push(`${message} ${JSON.stringify(facts)}`) },
    adoptMs: 0,
    minFreeBytes: 0,
    reports: {
      lostIntent: ({ id }) => text({ id: `unknown-${id}`, lost: true }),
      inProgress: ({ id }) => text({ id: `progress-${id}`, running: true }),
      gap: (gap) => text({ id: gap.id ?? 'gap', gap }),
    },
  }
}

/** The n-th id. */
export const idOf = (n: number): string => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** The text of an event. */
export const text = (event: TestEvent): string => JSON.stringify(event)

/** Begins and ends the n-th request. */
export function request(journal: Journal, n: number, note?: string): void {
  const id = idOf(n)
  const ticket = journal.intent(id, `{"id":"${id}"}`)
  journal.outcome(text(note === undefined ? { id } : { id, note }), ticket)
}

/** Reads and commits until nothing is left. */
export async function drain(reader: JournalReader, limit = LIMIT): Promise<TestEvent[]> {
  const events: TestEvent[] = []
  for (let batch = await reader.read(limit); batch; batch = await reader.read(limit)) {
    events.push(...(JSON.parse(batch.payload.toString()) as TestEvent[]))
    await reader.commit(batch)
  }
  return events
}

/** Waits until something holds, on real time and at most 25 seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 25_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen within 25 seconds')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
