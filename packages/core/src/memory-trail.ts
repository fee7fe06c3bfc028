import { assembleTrail, type AuditTrail, type Keeping } from './audit-trail'
import { queryMemory } from './memory-query'
import type { JournalStatus } from './journal/types'
import type { EventRow, StoredEvent } from './model/event'
import { type AuditOptions, resolveOptions } from './options'

/** A trail that keeps its events in memory: everything works but the durability. For tests. */
export interface MemoryTrail<Native = unknown> extends AuditTrail<Native> {
  /** All events so far, oldest first. */
  events(): readonly StoredEvent[]
  /** Forgets them. */
  clear(): void
}

/**
 * Makes a trail for tests: no disk, no database, nothing to start or stop, and the same capture, normal form, redaction
 * and HTTP API as the real one. Options about storage are accepted and mean nothing.
 */
export function createMemoryTrail<Native = unknown>(options: AuditOptions<Native> = {}): MemoryTrail<Native> {
  const log = createMemoryLog()
  const trail = assembleTrail<Native>(resolveOptions(options), () => log.keeping)
  return Object.assign(trail, { events: log.events, clear: log.clear })
}

function createMemoryLog() {
  const log: StoredEvent[] = []
  const nextSeq = new Map<string, number>()

  function add(text: string): void {
    const { leaf_hash, ...row } = JSON.parse(text) as EventRow & { leaf_hash: string }
    if (log.some(({ id }) => id === row.id)) return
    const workspace_seq = nextSeq.get(row.workspace_id) ?? 0
    nextSeq.set(row.workspace_id, workspace_seq + 1)
    log.push({ ...row, leaf_hash: leaf_hash.slice(2), log_index: log.length, workspace_seq, recorded_at: Date.now() })
  }

  return {
    keeping: { journal: journalInto(add), backend: backendOver(log, add) },
    events: () => [...log],
    clear: () => void log.splice(0),
  }
}

const IDLE: JournalStatus = {
  ...{ mode: 'memory', writesTo: 'memory', producer: undefined, problems: [] },
  ...{ segments: 0, diskBytes: 0, memoryBytes: 0, acceptedEvents: 0, unsentEvents: 0, oldestUnsentMs: 0 },
  ...{ openIntents: 0, lostEvents: 0, refusals: 0, damagedRecords: 0, tornTails: 0, missingSegments: 0 },
  ...{ writeErrors: 0, syncErrors: 0, slowWrites: 0, adopted: 0, adopting: 0, unknownEvents: 0 },
}

function journalInto(add: (text: string) => void): Keeping['journal'] {
  const open = new Set<string>()
  let accepted = 0
  return {
    intent: (id) => {
      open.add(id)
      return { id }
    },
    outcome: (text, ticket) => {
      if (ticket !== undefined) open.delete(ticket.id)
      accepted++
      add(text)
    },
    cancel: ({ id }) => void open.delete(id),
    written: () => Promise.resolve(),
    admit: undefined,
    status: () => ({ ...IDLE, acceptedEvents: accepted, openIntents: open.size }),
  }
}

function backendOver(log: readonly StoredEvent[], add: (text: string) => void): Keeping['backend'] {
  const done = (): Promise<void> => Promise.resolve()
  return {
    query: queryMemory(log),
    quarantine: {
      list: () => Promise.resolve([]),
      retry: (ids) => Promise.resolve(ids.map((id) => ({ id, outcome: 'gone' as const }))),
    },
    start: done,
    flush: done,
    stop: done,
    isStopped: () => false,
    status: () => ({ isStopped: false }),
    examine: () => Promise.resolve(undefined),
    // A transaction that rolls back takes its events along; a test sees only that the event was handed over.
    recordIn: (_manager, text) => Promise.resolve(add(text)),
    recordGently: (_manager, texts) => Promise.resolve(texts.forEach(add)),
  }
}
