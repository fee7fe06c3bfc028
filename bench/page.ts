import { REALISTIC, startPostgres } from '../test/db/server'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'
import { EMPTY, FULL } from './page/filters'
import { createFilledDatabase } from './page/fixture'
import { type Operation, openReads, type Reads, timeInTurn } from './page/reads'

/** Flags of the `page` benchmark. */
export interface PageFlags {
  /** Events of the one workspace, in each of three databases. */
  readonly events: number
  /** Shards of the database that most figures come from; the others have 1 and 400. */
  readonly shards: number
  /** Interleaved rounds of the unfiltered pages; filtered ones take a tenth, at least 9. */
  readonly rounds: number
  readonly seed: number
}

const BARS = { depth: 1.5, shards: 1.5, filtered: 3, emptyMs: 1_000 } as const
const MANY = 400
// Nothing is written while pages are read: the fixture need not survive a crash, and gigabytes of its log would only
// keep the disk busy into the measurement.
const SETTINGS = {
  ...REALISTIC,
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 },
}
const DEEP = 1_000_000

/** First, deep and filtered pages of a large workspace, against bare `pg` and against other numbers of shards. */
export async function run(flags: PageFlags): Promise<Findings> {
  const postgres = await startPostgres({ settings: SETTINGS })
  const opened: Reads[] = []
  try {
    const kinds = [...new Set([1, flags.shards, Math.min(MANY, flags.events)])]
    const began = Date.now()
    progress(`page: filling ${kinds.length} databases with ${flags.events} events each`)
    const urls = await Promise.all(
      kinds.map((shards) => createFilledDatabase(postgres.url, { events: flags.events, shards })),
    )
    progress(`page: filled in ${Math.round((Date.now() - began) / 1000)} s`)
    for (const url of urls) opened.push(await openReads(url))
    const byShards = new Map(kinds.map((shards, at) => [shards, opened[at] as Reads]))
    const figures = await measure(byShards, flags)
    return figures
  } finally {
    for (const reads of opened) await reads.close()
    await postgres.stop()
  }
}

async function measure(byShards: ReadonlyMap<number, Reads>, flags: PageFlags): Promise<Findings> {
  const main = byShards.get(flags.shards) as Reads
  const plain = await plainPages(byShards, flags)
  progress(`page: ${JSON.stringify(plain)}`)
  const filtered = await filteredPages(main, Math.max(9, Math.ceil(flags.rounds / 10)))
  progress(`page: ${JSON.stringify(filtered)}`)
  const empty = await emptyPages(byShards)
  return {
    pass: plain.pass && filtered.pass && empty.pass,
    events: flags.events,
    ...plain.figures,
    ...filtered.figures,
    ...empty.figures,
  }
}

interface Part {
  readonly pass: boolean
  readonly figures: Readonly<Record<string, unknown>>
}

/** The same page at the top and far down, in one run with all numbers of shards. */
async function plainPages(byShards: ReadonlyMap<number, Reads>, { events, shards, rounds }: PageFlags): Promise<Part> {
  const deep = Math.min(DEEP, Math.floor(events / 2))
  const operations: Record<string, Operation> = {}
  for (const [count, reads] of byShards) {
    operations[`${count} top`] = () => reads.page({})
    operations[`${count} deep`] = () => reads.page({}, deep)
  }
  await timeInTurn(operations, 20)
  const times = await timeInTurn(operations, rounds)
  const p50 = (name: string): number => median(times[name] ?? [])
  const depthRatio = p50(`${shards} deep`) / p50(`${shards} top`)
  const shardRatios = Object.fromEntries(
    [...byShards.keys()]
      .filter((count) => count !== 1)
      .map((count) => [
        count,
        rounded(Math.max(p50(`${count} top`) / p50('1 top'), p50(`${count} deep`) / p50('1 deep'))),
      ]),
  )
  const { total, totalRelation } = await (byShards.get(shards) as Reads).page({}, deep)
  const isExact = totalRelation === 'exact' && total === events
  return {
    pass: depthRatio <= BARS.depth && isExact && Object.values(shardRatios).every((ratio) => ratio <= BARS.shards),
    figures: {
      topMs: rounded(p50(`${shards} top`)),
      deepMs: rounded(p50(`${shards} deep`)),
      deepOffset: deep,
      depthRatio: rounded(depthRatio),
      isTotalExact: isExact,
      shardRatios,
      topMsByShards: Object.fromEntries([...byShards.keys()].map((count) => [count, rounded(p50(`${count} top`))])),
    },
  }
}

/** First pages with their totals, each against its own statements and against handwritten ones. */
async function filteredPages(reads: Reads, rounds: number): Promise<Part> {
  const found: Record<string, { ms: number; sameSql: number; byHand: number }> = {}
  for (const [name, { filter, where }] of Object.entries(FULL)) {
    const times = await timeInTurn(
      { page: () => reads.page(filter), sameSql: () => reads.replay(), byHand: () => reads.byHand(where) },
      rounds,
    )
    const ms = median(times.page ?? [])
    const ratioTo = (other: string): number => rounded(ms / median(times[other] ?? []), 2)
    found[name] = { ms: rounded(ms, 1), sameSql: ratioTo('sameSql'), byHand: ratioTo('byHand') }
    progress(`page: ${name} ${JSON.stringify(found[name])}`)
  }
  const worst = (of: 'sameSql' | 'byHand'): number => Math.max(...Object.values(found).map((one) => one[of]))
  return {
    pass: worst('sameSql') <= BARS.filtered && worst('byHand') <= BARS.filtered,
    figures: { filteredToSameSql: worst('sameSql'), filteredToByHand: worst('byHand'), filtered: found },
  }
}

/** Filters that nothing meets, in every database; the slowest answer counts. */
async function emptyPages(byShards: ReadonlyMap<number, Reads>): Promise<Part> {
  const slowest: Record<string, number> = {}
  const unfinished = new Set<string>()
  for (const [shards, reads] of byShards) {
    for (const [name, filter] of Object.entries(EMPTY)) {
      const { page: times = [] } = await timeInTurn({ page: () => reads.page(filter) }, 3)
      const { items, totalRelation } = await reads.page(filter)
      if (items.length > 0) throw new Error(`the filter "${name}" was to match nothing`)
      if (totalRelation === 'at_least') unfinished.add(`${name} (${shards})`)
      slowest[name] = Math.max(slowest[name] ?? 0, rounded(Math.max(...times), 1))
      progress(`page: nothing for ${name} in ${shards} shards after ${rounded(Math.max(...times), 1)} ms`)
    }
  }
  const emptyMs = Math.max(...Object.values(slowest))
  return { pass: emptyMs <= BARS.emptyMs, figures: { emptyMs, empty: slowest, emptyInPart: [...unfinished] } }
}
