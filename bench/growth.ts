import { rmSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { openStore, type Store } from '../packages/core/src/store/store'
import { type PostgresServer, REALISTIC, reopenPostgres, startPostgres } from '../test/db/server'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'
import { createNeighbours } from './growth/events'
import { fillGrown } from './growth/fixture'
import { ingest } from './ingest'
import { openReads, timeInTurn } from './page/reads'

/** Flags of the `growth` benchmark. */
export interface GrowthFlags {
  /** Events that are stored beforehand. */
  readonly events: number
  /** Events of one stretch of ingest. */
  readonly stretch: number
  /** Stretches on each trail, in turn, after one to warm up. */
  readonly rounds: number
  /** Interleaved rounds of pages. */
  readonly pages: number
}

const BARS = { ingest: 0.9, page: 1.5 }
const DEEP = 1_000_000
// While the stored events are made nothing need survive a crash; afterwards the server starts anew, as in production.
const FILLING = {
  ...REALISTIC,
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 },
}

/** Ingest and pages of a trail that has grown, against those of an empty one on the same server, in interleaved stretches. */
export async function run(flags: GrowthFlags): Promise<Findings> {
  let postgres = await startPostgres({ settings: FILLING })
  try {
    const [grown, empty] = [urlOf(postgres, 'grown'), urlOf(postgres, 'empty')]
    await createDatabases(postgres.url, ['grown', 'empty'])
    const began = Date.now()
    progress(`growth: filling a database with ${flags.events} events`)
    await fillGrown(grown.href, flags.events)
    progress(`growth: filled in ${Math.round((Date.now() - began) / 1000)} s, ${await sizeOf(grown.href)} GB`)
    postgres = await restart(postgres)
    for (const url of [grown, empty]) url.port = new URL(postgres.url).port
    const ingested = await ingestInTurn({ grown: grown.href, empty: empty.href }, flags)
    const paged = await pagesInTurn({ grown: grown.href, empty: empty.href }, flags)
    return {
      pass: ingested.pass && paged.pass,
      events: flags.events,
      ...ingested.figures,
      ...paged.figures,
      gb: await sizeOf(grown.href),
    }
  } finally {
    await postgres.stop()
  }
}

interface Part {
  readonly pass: boolean
  readonly figures: Readonly<Record<string, unknown>>
}

type Urls = Readonly<Record<'grown' | 'empty', string>>

async function ingestInTurn(urls: Urls, { stretch, rounds }: GrowthFlags): Promise<Part> {
  const stores: Store[] = []
  const rates = { grown: [] as number[], empty: [] as number[] }
  const next = createNeighbours()
  try {
    const named = { grown: await openStore({ database: urls.grown }), empty: await openStore({ database: urls.empty }) }
    stores.push(named.grown, named.empty)
    for (let round = 0; round <= rounds; round++) {
      const order = round % 2 === 0 ? (['empty', 'grown'] as const) : (['grown', 'empty'] as const)
      for (const name of order) {
        const { rate } = await ingest({ store: named[name], events: stretch, next }, [])
        progress(`growth: ${round === 0 ? 'warm-up' : `round ${round}`}, ${name}: ${Math.round(rate)} events/s`)
        if (round > 0) rates[name].push(rate)
      }
    }
  } finally {
    for (const store of stores) await store.stop()
  }
  const ratios = rates.grown.map((rate, at) => rate / (rates.empty[at] ?? NaN))
  const ofEmpty = median(ratios)
  return {
    pass: ofEmpty >= BARS.ingest,
    figures: {
      ingestOfEmpty: rounded(ofEmpty),
      ratios: ratios.map((ratio) => rounded(ratio)),
      grownPerSecond: Math.round(median(rates.grown)),
      emptyPerSecond: Math.round(median(rates.empty)),
    },
  }
}

/** First and deep pages of the grown trail, and first pages of the one that was empty. */
async function pagesInTurn(urls: Urls, { events, pages }: GrowthFlags): Promise<Part> {
  const [grown, empty] = [await openReads(urls.grown), await openReads(urls.empty)]
  try {
    const deep = Math.min(DEEP, Math.floor(events / 2))
    const operations = {
      empty: () => empty.page({}),
      top: () => grown.page({}),
      deep: () => grown.page({}, deep),
    }
    await timeInTurn(operations, 20)
    const times = await timeInTurn(operations, pages)
    const [emptyMs, topMs, deepMs] = ['empty', 'top', 'deep'].map((name) => median(times[name] ?? [])) as [
      number,
      number,
      number,
    ]
    const { total, totalRelation } = await grown.page({}, deep)
    const isExact = totalRelation === 'exact' && total > events
    const ratios = { topToEmpty: rounded(topMs / emptyMs), deepToTop: rounded(deepMs / topMs) }
    return {
      pass: isExact && ratios.topToEmpty <= BARS.page && ratios.deepToTop <= BARS.page,
      figures: { ...ratios, topMs: rounded(topMs), deepMs: rounded(deepMs), deepOffset: deep, isTotalExact: isExact },
    }
  } finally {
    await grown.close()
    await empty.close()
  }
}

/** The same data behind durable settings and empty buffers. */
async function restart(postgres: PostgresServer): Promise<PostgresServer> {
  await postgres.stop({ keepData: true })
  rmSync(path.join(postgres.folder, 'keep'))
  return reopenPostgres(postgres.folder, { settings: REALISTIC })
}

function urlOf(postgres: PostgresServer, name: string): URL {
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return url
}

async function createDatabases(server: string, names: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  for (const name of names) await client.query(`create database ${name}`)
  await client.end()
}

async function sizeOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
  await client.end()
  return rounded(Number(rows[0]?.bytes) / 2 ** 30, 1)
}
