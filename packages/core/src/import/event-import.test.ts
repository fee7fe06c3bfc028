import { normaliseEvent } from '../ledger/normal-form'
import { derivedId } from '../model/derived-id'
import type { AppendedBatch } from '../store/append'
import { importEvents, type ImportOptions, type ImportRow } from './event-import'
import type { ImportLog } from './import-log'

const NOW = Date.UTC(2024, 0, 1)
const redactor = { object: () => undefined, text: (text: string) => text }

const row = (key: number, ms = NOW - 1_000_000 + key): ImportRow<number> => ({
  origin: key,
  made: { id: derivedId(ms, ['t', String(key)]), event: { action: 'a.b', occurredAt: ms } },
})

async function* from(rows: readonly ImportRow<number>[]): AsyncGenerator<ImportRow<number>> {
  yield* rows
}

/** A log that takes in what was appended when `drained` is asked, and refuses what it is told to. */
function createLog(refused: ReadonlySet<string> = new Set()) {
  const stored = new Set<string>()
  const seen = { waiting: 0, most: 0, batches: [] as AppendedBatch[] }
  const inbox: string[] = []
  const log: ImportLog = {
    now: () => NOW,
    normalise: (event) => normaliseEvent(event, { now: () => NOW, nextId: () => '', redactor }),
    knownIds: async (ids) => new Set(ids.filter((id) => stored.has(id))),
    appendAll: async (batches) => {
      for (const batch of batches) {
        const events = JSON.parse(batch.payload.toString()) as { id: string }[]
        expect(events).toHaveLength(batch.events)
        inbox.push(...events.map(({ id }) => id))
      }
      seen.batches.push(...batches)
      seen.most = Math.max(seen.most, inbox.length)
    },
    drained: async () => {
      await new Promise(setImmediate)
      for (const id of inbox.splice(0)) {
        expect(stored.has(id)).toBe(false)
        if (!refused.has(id)) stored.add(id)
      }
    },
    wake: () => undefined,
  }
  return { log, stored, seen }
}

const options = (more: Partial<ImportOptions<number>> = {}): ImportOptions<number> => ({
  onRefused: () => undefined,
  ...more,
})

it('sends each row once, also one that comes again while it is on its way, in batches of the size asked for', async () => {
  const { log, stored, seen } = createLog()
  const rows = Array.from({ length: 500 }, (_, at) => row(at % 300))
  expect(await importEvents(from(rows), log, options({ batch: 7 }))).toEqual({
    rows: 500,
    added: 300,
    known: 200,
    refused: 0,
  })
  expect(stored.size).toBe(300)
  expect(Math.max(...seen.batches.map(({ events }) => events))).toBe(7)
  expect(await importEvents(from(rows), log, options())).toEqual({ rows: 500, added: 0, known: 500, refused: 0 })
})

it('has few events on their way at a time, however many there are', async () => {
  const { log, seen } = createLog()
  const rows = Array.from({ length: 5_000 }, (_, at) => row(at))
  await importEvents(from(rows), log, options({ batch: 10 }))
  expect(seen.most).toBeLessThanOrEqual(5 * 8 * 10)
})

it('tells of each row that is no event, of one from the future, and of one that the log refused', async () => {
  const bad = row(3)
  const { log, stored } = createLog(new Set('id' in bad.made ? [bad.made.id] : []))
  const told: [number, string][] = []
  const rows = [row(1), { origin: 2, made: { reason: 'no time' } }, bad, row(4, NOW + 400_000), row(5, NOW + 200_000)]
  const counts = await importEvents(
    from(rows),
    log,
    options({ onRefused: (origin, reason) => void told.push([origin, reason]) }),
  )
  expect(counts).toEqual({ rows: 5, added: 2, known: 0, refused: 3 })
  expect(told.sort(([a], [b]) => a - b)).toEqual([
    [2, 'no time'],
    [3, 'the log refused it: see "actrail quarantine list"'],
    [4, 'its time has not come yet'],
  ])
  expect(stored.size).toBe(2)
})

it('ends with what the log, the table or the listener throws, and leaves nothing under way', async () => {
  const rows = Array.from({ length: 100 }, (_, at) => row(at))
  const broken = createLog()
  const failing: ImportLog = { ...broken.log, drained: () => Promise.reject(new Error('the database is gone')) }
  await expect(importEvents(from(rows), failing, options({ batch: 2 }))).rejects.toThrow('the database is gone')
  async function* torn(): AsyncGenerator<ImportRow<number>> {
    yield* rows
    throw new Error('the file is torn')
  }
  const { log, stored } = createLog()
  await expect(importEvents(torn(), log, options({ batch: 2 }))).rejects.toThrow('the file is torn')
  expect(stored.size).toBe(96)
  const strict = (): never => {
    throw new Error('strict')
  }
  const one = [{ origin: 1, made: { reason: 'bad' } }]
  await expect(importEvents(from(one), log, options({ onRefused: strict }))).rejects.toThrow('strict')
})

it('ends early when it is told to, with what it has taken so far in the log', async () => {
  const { log, stored } = createLog()
  const ending = new AbortController()
  async function* endless(): AsyncGenerator<ImportRow<number>> {
    for (let at = 0; ; at++) {
      if (at === 50) ending.abort()
      yield row(at)
    }
  }
  expect(await importEvents(endless(), log, options({ signal: ending.signal }))).toMatchObject({ rows: 50, added: 50 })
  expect(stored.size).toBe(50)
})
