import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournal } from '../../packages/core/src/journal/journal'
import type { Batch, Journal, JournalMode } from '../../packages/core/src/journal/types'
import { createFaultyDisk, type FaultyDisk } from './faulty-disk'
import { createScratch, drain, idOf, journalDefaults, request, text, until } from './scratch'

/** What is true of a run at one moment. */
export interface Told {
  /** Requests that were announced, and not cancelled. */
  readonly begun: Set<string>
  /** Those, and events of their own, whose outcome the journal took. */
  readonly accepted: Set<string>
  /** Events that the log has. */
  readonly stored: Set<string>
}

/** Nothing happens by itself: what a run does, it does in the same order each time. */
const BY_HAND = { tickMs: 3_600_000, syncMs: 3_600_000, adoptMs: 3_600_000, segmentBytes: 1_200 } as const
const NOTE = 'x'.repeat(120)
/** In the folder that the dead left: an intent that was open, in the last segment, and a damaged record, in the first. */
const DEAD = { open: idOf(900), damaged: idOf(903), until: 913 } as const

/** Makes a folder with a dead producer in it: several segments, a request that died with it, a record that is damaged. */
export async function createRuins(): Promise<{ readonly directory: string; remove(): void }> {
  const root = mkdtempSync(join(tmpdir(), 'actrail-ruins-'))
  const scratch = createScratch()
  const journal = scratch.open(BY_HAND)
  for (let n = 901; n < DEAD.until; n++) {
    if (n === DEAD.until - 2) journal.intent(DEAD.open, '{}')
    // An event of its own: the intent of one whose outcome is damaged would hold all segments back.
    if (idOf(n) === DEAD.damaged) journal.outcome(text({ id: DEAD.damaged, note: NOTE }))
    else request(journal, n, NOTE)
  }
  await journal.written()
  const dead = scratch.crash(journal)
  const [first = ''] = readdirSync(dead).sort()
  const bytes = readFileSync(join(dead, first))
  bytes.writeUInt8(7, bytes.lastIndexOf(DEAD.damaged) + 20)
  writeFileSync(join(dead, first), bytes)
  cpSync(dead, join(root, dead.slice(scratch.directory.length)), { recursive: true })
  await scratch.remove()
  return { directory: root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** Requests, events of their own, a cancelled one, a slow one; batches read ahead and committed; an adoption; a close. */
export async function runEventfully(
  disk: FaultyDisk,
  directory: string,
  mode: JournalMode,
  told: Told,
): Promise<Journal> {
  const journal = createJournal({ ...journalDefaults(directory), ...BY_HAND, mode }, disk)
  const slow = journal.intent(idOf(500), '{}')
  told.begun.add(idOf(500))
  const begin = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) {
      request(journal, n, NOTE)
      told.accepted.add(idOf(n))
    }
    journal.outcome(text({ id: idOf(to + 500) }))
    journal.cancel(journal.intent(idOf(to + 600), '{}'))
    await journal.written()
    told.accepted.add(idOf(to + 500))
    await journal.admit?.()
    await disk.idle()
  }
  await begin(0, 5)
  await send(journal, { told, disk }, 2)
  await disk.idle()
  await begin(10, 14)
  await send(journal, { told, disk }, 500)
  await disk.idle()
  journal.outcome(text({ id: idOf(500) }), slow)
  told.accepted.add(idOf(500))
  await begin(20, 22)
  await send(journal, { told, disk }, 500)
  await disk.idle()
  await begin(30, 32)
  await journal.close()
  return journal
}

const READ_AHEAD = 4

/** As the sender does it: several batches are read ahead, then each is stored, and committed. */
async function send(
  { reader }: Journal,
  { told, disk }: { told: Told; disk: FaultyDisk },
  events: number,
): Promise<void> {
  const limit = { events, bytes: 1_000_000 }
  for (;;) {
    const batches: Batch[] = []
    for (let batch = await reader.read(limit); batch; batch = await reader.read(limit)) {
      batches.push(batch)
      if (batches.length === READ_AHEAD) break
    }
    for (const batch of batches) {
      // It may be killed between two batches, too.
      disk.isFolder('/')
      for (const { id } of JSON.parse(batch.payload.toString()) as { id: string }[]) told.stored.add(id)
      await reader.commit(batch)
    }
    if (batches.length < READ_AHEAD) return
  }
}

/** What is in the log once a new process has taken over what lies in the folder. */
export async function recovered(directory: string, stored: ReadonlySet<string>): Promise<Set<string>> {
  const journal = createJournal({ ...journalDefaults(directory), ...BY_HAND }, createFaultyDisk())
  const left = readdirSync(directory).filter((name) => name.includes('_') && name !== journal.status().producer).length
  await until(() => journal.status().adopted === left)
  const ids = new Set(stored)
  await until(async () => {
    for (const { id } of await drain(journal.reader)) ids.add(id)
    return journal.status().adopting === 0
  })
  await journal.close()
  return ids
}

/** Copies a folder as a killed process leaves it: its sockets are gone. */
export function copyWithoutOwners(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.sock') })
}

/** What is wrong with a log that should hold these requests, each once, and one report for each thing that the dead left. */
export function wrongs(log: ReadonlySet<string>, { begun, accepted }: Told): string[] {
  const wrong: string[] = []
  for (const id of begun) if (!log.has(id) && !log.has(`unknown-${id}`)) wrong.push(`silent about ${id}`)
  for (const id of accepted) {
    if (!log.has(id)) wrong.push(`lost ${id}`)
    if (log.has(`unknown-${id}`)) wrong.push(`doubled ${id}`)
  }
  if (!log.has(`unknown-${DEAD.open}`)) wrong.push('silent about what the dead left open')
  for (let n = 901; n < DEAD.until; n++)
    if (idOf(n) !== DEAD.damaged && !log.has(idOf(n))) wrong.push(`lost ${idOf(n)} of the dead`)
  const gaps = [...log].filter((id) => !id.startsWith('unknown') && !id.startsWith(idOf(0).slice(0, 8)))
  if (gaps.length !== 1) wrong.push(`${gaps.length} gaps`)
  return wrong
}
