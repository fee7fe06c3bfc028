import { Client } from 'pg'
import { type Held, uncleanIn } from './oracle'

/** What the database holds after a run, read by plain SQL: no code under test takes part. */
export interface HeldLog {
  readonly held: readonly Held[]
  readonly quarantined: ReadonlySet<string>
}

interface Row {
  readonly id: string
  readonly last: string
  readonly plain: { readonly texts: readonly unknown[]; readonly details: unknown; readonly changes: unknown }
  readonly all: unknown
}

const PAGE = 1_000
// A captured request is known by the id that its client gave it, anything else by the id that `record` answered.
const READ = `select coalesce(case when source = 'http' and action <> 'http.unmatched' then request_id end, id::text) as id,
    log_index::text as last,
    json_build_object('texts', array[action, actor_id, actor_name], 'details', details, 'changes', changes) as plain,
    to_json(e) as all
  from actrail.event e where log_index > $1 order by log_index limit ${PAGE}`
const REFUSED = `select case event::json->>'source' when 'http' then event::json->>'request_id' else event::json->>'id' end as id
  from actrail.quarantine`

/** Reads the log page by page, and keeps of each event what {@link judge} asks for. */
export async function readHeld(url: string): Promise<HeldLog> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const held: Held[] = []
    for (let last = '-1', found = PAGE; found === PAGE;) {
      const { rows } = await client.query<Row>(READ, [last])
      held.push(...rows.map(toHeld))
      found = rows.length
      last = rows.at(-1)?.last ?? last
    }
    const { rows } = await client.query<{ id: string }>(REFUSED)
    return { held, quarantined: new Set(rows.map(({ id }) => id)) }
  } finally {
    await client.end()
  }
}

function toHeld({ id, plain, all }: Row): Held {
  const isPlain = plain.texts[0] === 'plain.kept'
  return { id, ...(isPlain && { content: JSON.stringify(plain) }), trouble: uncleanIn(all) }
}
