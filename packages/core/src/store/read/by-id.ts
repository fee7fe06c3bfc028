import type { Statement } from './bind'
import { EVENT_COLUMNS } from './columns'

/** The event with an id, if one of a few shards holds it. */
export function byIdSql(id: string, shards: readonly number[]): Statement {
  const parts = shards.map((shard) => `(select ${EVENT_COLUMNS} from actrail.event_${shard} e where e.id = $1 limit 1)`)
  return { text: parts.join(' union all '), values: [id] }
}

/** The shards that were open at a time or later, oldest first, then the older ones, newest first. $1 = ms since 1970. */
export const shardsByTime = `
select s.shard
from actrail.shard s, lateral (select coalesce(s.closed_at < to_timestamp($1::float8 / 1000), false) as is_older) o
where s.first_index is not null
order by o.is_older, case when o.is_older then -s.shard else s.shard end`
