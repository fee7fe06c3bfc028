/** Kinds of events whose counts lie in one row: however many there are, no row grows beyond them. */
const KINDS_A_PACK = 256

/** A table of packed counts. */
export interface PackedTable {
  /** Its primary key but for the number of the pack. */
  readonly keys: readonly string[]
  /** Whether its rows say between which places of the log their events lie. Default: no. */
  readonly hasPlaces?: boolean
}

const SUMS = ['events', 'failed', 'changes', 'logins']

/**
 * Adds `cells` (events counted by keys and kind) to a table of packed counts. A row that is there already gets its sums
 * added, and its counts merged kind by kind.
 */
export function packed(table: string, { keys, hasPlaces = false }: PackedTable): string {
  const key = keys.join(', ')
  const places = hasPlaces ? ['first_seq', 'last_seq'] : []
  const names = [...keys, 'pack', ...SUMS, ...places, 'kinds', 'counts'].join(', ')
  const ofKeys = [...keys, 'pack'].map((_, at) => at + 1).join(', ')
  const added = (source: (name: string) => string): string =>
    SUMS.map((name) => `sum(${source(name)}) as ${name}`).join(', ')
  const ends = hasPlaces ? ', min(first_seq) as first_seq, max(last_seq) as last_seq' : ''
  return `
  insert into actrail.${table} as r (${names})
  select ${key}, kind / ${KINDS_A_PACK}, ${added((name) => `c.${name}`)}${ends}, array_agg(kind order by kind), array_agg(c.events::bigint order by kind)
  from (
    select ${key}, kind, ${added((name) => name)}${ends}
    from cells${keys.includes('actor_id') ? ' where actor_id is not null' : ''} group by ${key}, kind
  ) c group by ${ofKeys} order by ${ofKeys}
  on conflict (${key}, pack) do update set
    ${SUMS.map((name) => `${name} = r.${name} + excluded.${name}`).join(', ')},${hasPlaces ? RANGE : ''}
    (kinds, counts) = (
      select array_agg(m.kind order by m.kind), array_agg(m.events order by m.kind)
      from (
        select u.kind, sum(u.events)::bigint as events
        from unnest(r.kinds || excluded.kinds, r.counts || excluded.counts) as u (kind, events) group by u.kind
      ) m
    )`
}

const RANGE = `
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq),`
