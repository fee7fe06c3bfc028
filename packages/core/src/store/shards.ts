import type { Queries } from './database'
import type { NamedShards } from './sql/sequence'
import { attachShard, createShard, listShards, logHead, rollShard } from './sql/shards'

const DAY_MS = 24 * 3_600_000
const RELOAD_MS = 60_000
const ZERO_ID = '00000000-0000-0000-0000-000000000000'

interface ShardRow {
  shard: number
  state: 'made' | 'ahead' | 'open' | 'closed'
  first_index: number | null
  opened_at: number | null
  closed_at: number | null
}

/** Which shards a step names, and the oldest id that they can answer for. */
export interface StepShards extends NamedShards {
  readonly oldestId: string
}

/** When the next shard is opened. */
export interface ShardPolicy {
  /** Events of one shard, after which the next is opened; default 4,000,000. */
  readonly shardEvents: number
  /** The clock, in ms since 1970. */
  readonly now: () => number
}

/** What the sequencer knows of the shards: names them for its statement, opens the next one ahead of time. */
export interface ShardKeeper {
  /** For the next step; asks the database at most once a minute. */
  named(): Promise<StepShards>
  /** Forget what is known: another process has opened a shard. */
  forget(): void
  /** An id from `ms` must be looked for: names older shards, too, for the next minute. */
  lookBackTo(ms: number): void
  /** To be called between steps with the log's next index: makes the next shard ahead, opens it when it is due. */
  keep(nextIndex: number): Promise<void>
}

/**
 * An id must be unique in the shards that were open within 24 hours before its own time, or before now if its producer's
 * clock is ahead. `attempt` runs the attaching with a lock time-out of 200 ms and answers false when that passed.
 */
export function createShardKeeper(queries: Queries, policy: ShardPolicy, attempt: Attempt): ShardKeeper {
  const { now } = policy
  let known: { rows: ShardRow[]; at: number } | undefined
  let older: { ms: number; until: number } | undefined

  async function load(): Promise<ShardRow[]> {
    const at = now()
    if (!known || Math.abs(at - known.at) > RELOAD_MS) known = { rows: await queries.query<ShardRow>(listShards), at }
    return known.rows
  }

  async function keep(nextIndex: number): Promise<void> {
    const rows = await load()
    const open = openOf(rows)
    const next = rows.find((row) => row.shard === open.shard + 1)
    const due = whenDue(open, nextIndex, policy)
    if (due === 'later') return
    if (next?.state !== 'ahead') {
      known = undefined
      if (!next) await queries.query(createShard, [open.shard + 1])
      if (!(await attempt(attachShard, [open.shard + 1]))) return
    }
    if (due !== 'now') return
    await queries.query(rollShard, [open.shard, open.shard + 1])
    known = undefined
  }

  return {
    keep,
    named: async () => nameShards(await load(), now(), older && older.until > now() ? older.ms : undefined),
    forget: () => (known = undefined),
    lookBackTo: (ms) => {
      older = { ms: Math.min(ms, older?.ms ?? ms), until: now() + RELOAD_MS }
    },
  }
}

type Attempt = (sql: string, parameters: unknown[]) => Promise<boolean>

// An empty shard is never closed: a month without events opens none. 'soon' leaves time to make the next one ahead.
function whenDue(open: ShardRow, nextIndex: number, { shardEvents, now }: ShardPolicy): 'now' | 'soon' | 'later' {
  const filled = nextIndex - (open.first_index ?? nextIndex)
  if (filled === 0) return 'later'
  const monthEnds = endOfMonth(open.opened_at ?? 0)
  if (filled >= shardEvents || monthEnds <= now()) return 'now'
  return filled >= shardEvents * 0.75 || monthEnds - now() < DAY_MS ? 'soon' : 'later'
}

/** The open shard, and the closed ones that may hold an id from now on, or from `olderMs` on. */
export function nameShards(rows: readonly ShardRow[], now: number, olderMs?: number): StepShards {
  const from = Math.min(now - 3_600_000, olderMs ?? now) - DAY_MS
  const closed = rows.filter((row) => row.state === 'closed')
  const lookBack = closed.filter((row) => (row.closed_at ?? 0) >= from)
  const beyond = closed.find((row) => (row.closed_at ?? 0) < from)
  const oldestId = beyond ? firstIdOf((beyond.closed_at ?? 0) + DAY_MS + 1) : ZERO_ID
  return { open: openOf(rows).shard, lookBack: lookBack.map((row) => row.shard), oldestId }
}

function openOf(rows: readonly ShardRow[]): ShardRow {
  const open = rows.find((row) => row.state === 'open')
  if (!open) throw new Error('the table of shards names none as open')
  return open
}

// the smallest UUID whose first 48 bits are this time
function firstIdOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** The first moment (UTC) after the month that `ms` lies in. */
export function endOfMonth(ms: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

/** Where the log ends. */
export async function readHead(queries: Queries): Promise<{ shard: number; next_index: number }> {
  const [head] = await queries.query<{ shard: number; next_index: number }>(logHead)
  if (!head) throw new Error('the table log_head is empty')
  return head
}
