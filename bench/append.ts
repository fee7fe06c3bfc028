import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { createSender } from '../packages/core/src/ingest/sender'
import { openStore, type Store } from '../packages/core/src/store/store'
import { REALISTIC, startPostgres } from '../test/db/server'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'
import { createTexts } from './ingest/events'
import { fillJournal, logger } from './ingest/filled-journal'

/** Flags of the `append` benchmark. */
export interface AppendFlags {
  readonly rounds: number
  readonly events: number
}

interface Round {
  readonly oursMs: number
  readonly copyMs: number
}

const BAR = 0.9

/**
 * From the journal's files into the inbox, against one `COPY` of the very rows that came of it into the same table, in
 * interleaved rounds. Both are durable when the clock stops; the table is emptied in between.
 */
export async function run(flags: AppendFlags): Promise<Findings> {
  const postgres = await startPostgres({ settings: REALISTIC })
  const store = await openStore({ database: postgres.url })
  const client = new Client({ connectionString: postgres.url })
  try {
    await client.connect()
    const rounds: Round[] = []
    for (let n = 0; n <= flags.rounds; n++) {
      const round = await playRound(store, client, flags.events, n % 2 === 0)
      progress(
        `${n === 0 ? 'warm-up' : `round ${n}`}: journal ${Math.round(round.oursMs)} ms, COPY ${Math.round(round.copyMs)} ms`,
      )
      if (n > 0) rounds.push(round)
    }
    return figures(rounds, flags.events)
  } finally {
    await client.end()
    await store.stop()
    await postgres.stop()
  }
}

async function playRound(store: Store, client: Client, events: number, oursFirst: boolean): Promise<Round> {
  if (oursFirst) {
    const oursMs = await sendJournal(store, events)
    const rows = await takeRows(client)
    return { oursMs, copyMs: await copyRows(client, rows) }
  }
  await sendJournal(store, events)
  const rows = await takeRows(client)
  const copyMs = await copyRows(client, rows)
  await client.query('truncate actrail.inbox')
  const oursMs = await sendJournal(store, events)
  return { oursMs, copyMs }
}

async function sendJournal(store: Store, events: number): Promise<number> {
  const { journal, close } = await fillJournal(events, createTexts())
  await store.database.query('truncate actrail.inbox')
  await store.database.query('checkpoint')
  const began = performance.now()
  const sender = createSender({ reader: journal.reader, store, logger })
  await sender.flush()
  const tookMs = performance.now() - began
  await sender.stop()
  await close()
  return tookMs
}

/** The inbox in COPY's text format, one string a row. */
async function takeRows(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ events: number; batch: string }>(
    'select events, batch::text as batch from actrail.inbox order by n',
  )
  await client.query('truncate actrail.inbox')
  await client.query('checkpoint')
  return rows.map(({ events, batch }) => `${events}\t${batch.replaceAll('\\', '\\\\')}\n`)
}

async function copyRows(client: Client, rows: readonly string[]): Promise<number> {
  const began = performance.now()
  await pipeline(Readable.from(rows), client.query(copyFrom('copy actrail.inbox (events, batch) from stdin')))
  return performance.now() - began
}

function figures(rounds: readonly Round[], events: number): Findings {
  const ratio = median(rounds.map(({ copyMs }) => copyMs)) / median(rounds.map(({ oursMs }) => oursMs))
  return {
    pass: ratio >= BAR,
    ratioToCopy: rounded(ratio),
    medianOfRatios: rounded(median(rounds.map(({ oursMs, copyMs }) => copyMs / oursMs))),
    eventsPerSecond: Math.round(median(rounds.map(({ oursMs }) => (events / oursMs) * 1_000))),
    copyEventsPerSecond: Math.round(median(rounds.map(({ copyMs }) => (events / copyMs) * 1_000))),
    rounds: rounds.length,
    events,
  }
}
