import { Client } from 'pg'
import { type Api, createApi } from '../packages/core/src/http/api'
import { createQuery } from '../packages/core/src/query/query'
import { parsers } from '../packages/core/src/store/parsers'
import { createFigureReader } from '../packages/core/src/store/read/figures'
import { openStore } from '../packages/core/src/store/store'
import { REALISTIC, startPostgres } from '../test/db/server'
import { bodyText } from '../test/http/body-text'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'
import { insertActivity } from './analytics/events'
import { type Answer, type DashboardNumber, dashboardNumbers, type Row } from './analytics/numbers'
import { fillLog, WORKSPACE } from './page/fixture'

/** Flags of the `analytics` benchmark. */
export interface AnalyticsFlags {
  /** Events of the one workspace. */
  readonly events: number
  /** Interleaved rounds, after one that does not count. */
  readonly rounds: number
  /** Times that we are asked in each round, for each time that plain SQL is. */
  readonly asks: number
}

const BARS = { p50Ms: 50, timesPlain: 50 } as const
// Nothing is written while numbers are read: the fixture need not survive a crash.
const SETTINGS = {
  ...REALISTIC,
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 },
}

/** Every number of the dashboards, asked of the API and of the log by plain SQL in the same run, alternating. */
export async function run(flags: AnalyticsFlags): Promise<Findings> {
  const postgres = await startPostgres({ settings: SETTINGS })
  try {
    const began = performance.now()
    progress(`analytics: filling a log of ${flags.events} events`)
    await fillLog(postgres.url, { events: flags.events, shards: Math.ceil(flags.events / 4_000_000) }, insertActivity)
    progress(`analytics: filled in ${Math.round((performance.now() - began) / 1_000)} s`)
    return await measure(postgres.url, flags)
  } finally {
    await postgres.stop()
  }
}

async function measure(url: string, { events, rounds, asks }: AnalyticsFlags): Promise<Findings> {
  const store = await openStore({ database: url, poolSize: 1 })
  const bare = new Client({ connectionString: url, types: parsers })
  bare.on('error', () => {})
  await bare.connect()
  try {
    const sides: Sides = { api: openApi({ ...createQuery({ reader: store.read }), ...createFigureReader(store.database) }), bare } // prettier-ignore
    const figures: Record<string, { p50Ms: number; timesPlain: number }> = {}
    for (const [name, number] of Object.entries(dashboardNumbers(events))) {
      figures[name] = await compare(sides, number, { rounds, asks })
      progress(`analytics: ${name}: ${figures[name].p50Ms} ms, ${figures[name].timesPlain} × plain SQL`)
    }
    const all = Object.values(figures)
    const worst = { slowestMs: Math.max(...all.map((one) => one.p50Ms)), leastTimes: Math.min(...all.map((one) => one.timesPlain)) } // prettier-ignore
    return { pass: worst.slowestMs <= BARS.p50Ms && worst.leastTimes >= BARS.timesPlain, events, ...worst, figures }
  } finally {
    await bare.end()
    await store.stop()
  }
}

interface Sides {
  readonly api: Api
  readonly bare: Client
}

function openApi(query: Omit<Parameters<typeof createApi>[0]['query'], 'follow'>): Api {
  const follow = () => Promise.reject(new Error('nothing is followed here'))
  const accept = () => Promise.reject(new Error('nothing is recorded here'))
  return createApi(
    { query: { ...query, follow }, health: () => ({}), accept, viewed: () => undefined },
    { authorize: () => ({ id: 'bench', workspaces: [WORKSPACE], permissions: ['activity:read'] }) },
  )
}

async function compare(
  { api, bare }: Sides,
  number: DashboardNumber,
  { rounds, asks }: Pick<AnalyticsFlags, 'rounds' | 'asks'>,
): Promise<{ p50Ms: number; timesPlain: number }> {
  const ours: number[] = []
  const plain: number[] = []
  for (let round = -1; round < rounds; round++) {
    const byHand = await timed(async () => (await bare.query<Row>(number.plain.text, [...number.plain.values])).rows)
    const byUs: number[] = []
    for (let ask = 0; ask < asks; ask++) {
      const { ms, value } = await timed(() => answerOf(api, number.path))
      byUs.push(ms)
      const [known, counted] = [number.ofAnswer(value), number.ofRows(byHand.value)]
      if (known !== counted) throw new Error(`${number.path} says ${known}, plain SQL ${counted}`)
    }
    if (round < 0) continue
    plain.push(byHand.ms)
    ours.push(median(byUs))
  }
  return { p50Ms: rounded(median(ours), 2), timesPlain: rounded(median(plain.map((ms, n) => ms / (ours[n] ?? ms))), 1) }
}

async function answerOf(api: Api, target: string): Promise<Answer> {
  const { pathname, searchParams } = new URL(target, 'http://bench')
  const response = await api.handle({ method: 'GET', path: pathname, query: searchParams, headers: {} })
  const body = await bodyText(response)
  if (response.status !== 200) throw new Error(`${target} answers ${response.status}: ${body}`)
  return JSON.parse(body) as Answer
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}
