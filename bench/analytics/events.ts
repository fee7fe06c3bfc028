import { BEGIN_MS, type Slice, WORKSPACE } from '../page/fixture'

/** How long events happened, in milliseconds. */
export const SPAN_MS = 90 * 86_400_000
/** People that act: the busiest does a tenth of everything, and half of them do a fifth. */
export const USERS = 1_000
/** The busiest of them. */
export const BUSIEST = 'user_0'

// A team on a platform: few types of resources, of each some that everybody works with and many that few do. One event
// in twenty comes up to twenty days late.
const RESOURCES = [
  ['project', 300, ['create', 'update', 'read', 'list', 'delete']],
  ['model', 400, ['read', 'read', 'list', 'deploy']],
  ['endpoint', 250, ['read', 'read', 'update', 'create']],
  ['cluster', 40, ['read', 'register', 'update']],
  ['benchmark', 300, ['run', 'read']],
  ['user', 1_000, ['read', 'update', 'invite']],
] as const

const KINDS = RESOURCES.flatMap(([type, count, words]) =>
  words.map((word) => ({ type, count, action: `${type}.${word}` })),
)
const VERBS: Readonly<Record<string, string>> = { invite: 'CREATE', deploy: 'CREATE', register: 'CREATE' }
const textArray = (values: readonly string[]): string => `array[${values.map((value) => `'${value}'`).join(', ')}]`

/** The SQL that makes the events of a slice. */
export function insertActivity({ shard, first, last, events }: Slice): string {
  const verbs = KINDS.map(({ action }) => action.split('.')[1] ?? '').map((word) => VERBS[word] ?? word.toUpperCase())
  return `
insert into actrail.event_${shard} (shard, log_index, workspace_seq, version, id, occurred_at, recorded_at, workspace_id, actor_type, actor_id, actor_email,
  action, verb, resource_type, resource_id, project, result, status_code, ip, user_agent, request_id, source, duration_us, context, details, leaf_hash)
select ${shard}, i, i, 1, (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i >> 24), 3, '0') || '8' || lpad(to_hex(h & 4095), 3, '0') || lpad(to_hex(i), 12, '0'))::uuid,
  to_timestamp(late / 1000) + (late % 1000) * interval '1 millisecond', to_timestamp(ms / 1000), '${WORKSPACE}', 'user',
  'user_' || actor, 'user' || actor || '@example.com',
  case when is_login then 'auth.login' else (${textArray(KINDS.map(({ action }) => action))})[kind] end,
  case when is_login then case when result = 'success' then 'LOGIN' else 'LOGIN_FAILED' end else (${textArray(verbs)})[kind] end,
  (${textArray(KINDS.map(({ type }) => type))})[kind], 'res_' || floor(power(r2, 2) * (array[${KINDS.map(({ count }) => count).join(', ')}])[kind]),
  'project_' || h % 10, result, 200, ('10.0.' || (h >> 3) % 4 || '.' || (h >> 11) % 250)::inet,
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36', 'req-' || h, 'http', 1000 + h % 100000,
  '{"route": "/api/projects/:id", "method": "POST"}', '{"note": "a few words to read", "n": 12}', decode(lpad(to_hex(h), 64, '0'), 'hex')
from (
  select i, h, ms, r2, 1 + (h >> 7) % ${KINDS.length} as kind, (h >> 15) % 40 = 0 as is_login,
    floor(power(r1, 3) * ${USERS})::int as actor,
    case when (h >> 13) % 33 = 0 then 'failure' when (h >> 13) % 97 = 0 then 'denied' else 'success' end as result,
    ms - case when (h >> 5) % 20 = 0 then floor(r2 * 20 * 86400000)::bigint else 0 end as late
  from (
    select i, h, ${BEGIN_MS} + (i * ${SPAN_MS}::numeric / ${events})::bigint as ms,
      (hashint8extended(i, 2) & 16777215) / 16777216.0::float8 as r1, (hashint8extended(i, 3) & 16777215) / 16777216.0::float8 as r2
    from (select i, hashint8extended(i, 1) & 9007199254740991 as h from generate_series(${first}::bigint, ${last}::bigint) as i) as numbers
  ) as drawn
) as events order by i`
}
