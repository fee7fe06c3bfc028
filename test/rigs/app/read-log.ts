import { Client } from 'pg'
import type { LoggedEvent } from './oracle'

/** A gap that the journal itself reports. */
export interface ReportedGap {
  readonly producer: string
  readonly reason: string
  readonly count: number
  readonly counted: string
}

/** Everything that the database holds after a run, read by plain SQL: no code under test takes part. */
export interface Log {
  readonly events: readonly LoggedEvent[]
  readonly rows: readonly string[]
  readonly gaps: readonly ReportedGap[]
  /** Broken invariants of the log itself, in words; empty when all hold. */
  readonly anomalies: readonly string[]
}

interface Row {
  readonly id: string
  readonly request_id: string | null
  readonly source: string
  readonly action: string
  readonly resource_id: string | null
  readonly result: string
  readonly status_code: number | null
  readonly intent_id: string | null
  readonly words: string
}

const REQUEST = /r-\d+-\d+/

/** Reads the log, the business rows, and checks that the log's numbers are contiguous and nothing waits or was put aside. */
export async function readLog(url: string): Promise<Log> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(
      `select id, request_id, source, action, resource_id, result, status_code, intent_id,
        concat_ws(' ', request_id, resource_id, details::text, context::text) as words
      from actrail.event where action <> 'audit.gap' order by log_index`,
    )
    const gaps = await client.query<{ details: ReportedGap }>(
      `select details from actrail.event where action = 'audit.gap' order by log_index`,
    )
    return {
      events: rows.map(toEvent),
      rows: await readRows(client),
      gaps: gaps.rows.map(({ details }) => details),
      anomalies: await anomalies(client),
    }
  } finally {
    await client.end()
  }
}

/** Not every application writes rows. */
async function readRows(client: Client): Promise<string[]> {
  const found = await client.query<{ exists: boolean }>(`select to_regclass('item') is not null as exists`)
  if (found.rows[0]?.exists !== true) return []
  return (await client.query<{ id: string }>('select id from item')).rows.map(({ id }) => id)
}

function toEvent(row: Row): LoggedEvent {
  return {
    id: row.id,
    requestId: row.request_id ?? REQUEST.exec(row.words)?.[0],
    source: row.source,
    action: row.action,
    resourceId: row.resource_id ?? undefined,
    result: row.result,
    status: row.status_code ?? undefined,
    intentId: row.intent_id ?? undefined,
  }
}

const INVARIANTS: Readonly<Record<string, string>> = {
  'batches left in the inbox': 'select count(*) from actrail.inbox',
  'events in quarantine': 'select count(*) from actrail.quarantine',
  'log numbers missing or twice':
    'select coalesce(max(log_index) + 1 - count(distinct log_index), 0) from actrail.event',
  'workspaces whose numbers have gaps': `select count(*) from (
    select 1 from actrail.event group by workspace_id
    having max(workspace_seq) - min(workspace_seq) + 1 <> count(*) or count(distinct workspace_seq) <> count(*)) broken`,
  'ids stored twice': 'select count(*) - count(distinct id) from actrail.event',
}

async function anomalies(client: Client): Promise<string[]> {
  const found: string[] = []
  for (const [name, sql] of Object.entries(INVARIANTS)) {
    const { rows } = await client.query<{ count: string }>({ text: `select (${sql}) as count` })
    if (Number(rows[0]?.count) !== 0) found.push(`${rows[0]?.count} ${name}`)
  }
  return found
}
