/** Kinds of events whose counts lie in one row: however many there are, no row grows beyond them. */
const KINDS_A_PACK = 256

/** A table of packed counts. */
export interface PackedTable {
  /** Its primary key but for the number of the pack. */
  readonly keys: readonly string[]
  /** Whether its rows say between which places of the log their events lie. Default: no. */
  readonly hasPlaces?: boolean
  /** Whether `cells` holds at most one row for its keys and a kind. Default: no. */
  readonly isFinest?: boolean
}

const SUMS = ['events', 'failed', 'changes', 'logins']

/**
 * Adds `cells` (events counted by keys and kind) to a table of packed counts. A row that is there already gets its sums
 * added, and its counts merged kind by kind. Nothing is sorted: one process writes, and sums know no order.
 */
export function packed(table: string, { keys, hasPlaces = false, isFinest = false }: PackedTable): string {
  const key = keys.join(', ')
  const ends = hasPlaces ? ['first_seq', 'last_seq'] : []
  const names = [...keys, 'pack', ...SUMS, ...ends, 'kinds', 'counts'].join(', ')
  const sums = SUMS.map((name) => `sum(c.${name})::bigint`).join(', ')
  const range = hasPlaces ? ', min(c.first_seq), max(c.last_seq)' : ''
  return `
  insert into actrail.${table} as r (${names})
  select ${key}, c.kind / ${KINDS_A_PACK}, ${sums}${range}, array_agg(c.kind), array_agg(c.events)
  from ${isFinest ? 'cells' : `(${byKind(keys, hasPlaces)})`} c${keys.includes('actor_id') ? ' where c.actor_id is not null' : ''}
  group by ${[...keys, 'pack'].map((_, at) => at + 1).join(', ')}
  on conflict (${key}, pack) do update set
    ${SUMS.map((name) => `${name} = r.${name} + excluded.${name}`).join(', ')},${hasPlaces ? RANGE : ''}
    (kinds, counts) = (
      select array_agg(m.kind), array_agg(m.events)
      from (
        select u.kind, sum(u.events)::bigint as events
        from unnest(r.kinds || excluded.kinds, r.counts || excluded.counts) as u (kind, events) group by u.kind
      ) m
    )`
}

function byKind(keys: readonly string[], hasPlaces: boolean): string {
  const key = [...keys, 'kind'].join(', ')
  const sums = SUMS.map((name) => `sum(${name})::bigint as ${name}`).join(', ')
  const range = hasPlaces ? ', min(first_seq) as first_seq, max(last_seq) as last_seq' : ''
  return `select ${key}, ${sums}${range} from cells group by ${key}`
}

const RANGE = `
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq),`
