import { type Period, weeksOf } from '../../model/period'
import type { Bindings } from './bind'
import { storableTime } from './filter-to-sql'
import { milliseconds } from './kind-figures'
import { ACTORS, dayText, rowsOver } from './rollup-rows'

/** By what actors are ranked. */
export const USER_MEASURES = ['total', 'changes', 'failed', 'logins'] as const
/** One of {@link USER_MEASURES}. */
export type UserMeasure = (typeof USER_MEASURES)[number]

/** Who was active in a stretch. */
export interface UsersAsked {
  readonly period: Period
  /** The type of the actors that are meant. */
  readonly actorType: string
  readonly by: UserMeasure
  /** Whether the least active come first. */
  readonly isLeast: boolean
  /** Actors that are named at most; all are counted. */
  readonly most: number
}

/** Somebody and when they were seen. Milliseconds since 1970. */
export interface Seen {
  readonly actor_id: string
  readonly actor_type: string
  readonly email: string | null
  readonly first_at: number
  readonly last_at: number
  readonly last_login_at: number | null
}

/** {@link Seen} with what they did in a stretch. */
export interface UserFigures extends Seen, Readonly<Record<UserMeasure, number>> {}

/** {@link UsersAsked} answered. */
export interface ActiveUsers {
  /** Actors with any event. */
  readonly active: number
  /** Actors that logged in. */
  readonly logged_in: number
  readonly users: readonly UserFigures[]
}

const SEEN = `'actor_id', a.actor_id, 'actor_type', a.actor_type, 'email', a.email, 'first_at', ${milliseconds('a.first_at')},
    'last_at', ${milliseconds('a.last_at')}, 'last_login_at', ${milliseconds('a.last_login_at')}`

/** Who was active, as one JSON object. */
export function usersSql({ period, actorType, by, isLeast, most }: UsersAsked, bindings: Bindings): string {
  const type = bindings.bind(actorType)
  const order = `${by} ${isLeast ? 'asc' : 'desc'}`
  return `
with active as materialized (
  select r.actor_id, sum(r.events) as total, sum(r.failed) as failed, sum(r.changes) as changes, sum(r.logins) as logins
  from (${actorRows(period, type, bindings)}) r group by 1
)
select json_build_object('active', (select count(*) from active), 'logged_in', (select count(*) from active where logins > 0),
  'users', (
    select coalesce(json_agg(json_build_object(${SEEN},
      'total', t.total, 'changes', t.changes, 'failed', t.failed, 'logins', t.logins) order by t.${order}, t.actor_id), '[]')
    from (select * from active order by ${order}, actor_id limit ${bindings.bind(most)}) t
    join actrail.rollup_actor a on a.workspace_id = $1 and a.actor_id = t.actor_id and a.actor_type = ${type}
  ))`
}

const COLUMNS = 'r.actor_id, r.events, r.failed, r.changes, r.logins'

/** Whole weeks are read by week, what is left before and after them by day and by quarter of an hour. */
function actorRows(period: Period, type: string, bindings: Bindings): string {
  const weeks = weeksOf(period)
  const byDay = ({ from, to }: Period): string[] =>
    from < to
      ? [rowsOver({ period: { from, to } }, { tables: ACTORS, columns: COLUMNS, where: [`r.actor_type = ${type}`] }, bindings)] // prettier-ignore
      : []
  if (weeks === undefined) return byDay(period).join('')
  const date = (ms: number): string => `${bindings.bind(dayText(ms))}::date`
  const byWeek = `select ${COLUMNS} from actrail.rollup_actor_week r
    where r.workspace_id = $1 and r.actor_type = ${type} and r.week >= ${date(weeks.from)} and r.week < ${date(weeks.to)}`
  return [byWeek, ...byDay({ from: period.from, to: weeks.from }), ...byDay({ from: weeks.to, to: period.to })].join(' union all ') // prettier-ignore
}

/** Who was there before and is not any more. */
export interface InactiveAsked {
  readonly actorType: string
  /** Not seen from this time on, in milliseconds since 1970. */
  readonly since: number
  /** Whether only logins count as being seen; who never logged in is inactive then. */
  readonly byLogin: boolean
  readonly most: number
}

/** {@link InactiveAsked} answered: who is gone for longest comes first. */
export interface InactiveUsers {
  readonly inactive: number
  readonly users: readonly Seen[]
}

/** The same as one JSON object. */
export function inactiveSql({ actorType, since, byLogin, most }: InactiveAsked, { bind }: Bindings): string {
  const before = `< ${bind(storableTime(since))}::timestamptz`
  const isGone = byLogin ? `(a.last_login_at ${before} or a.last_login_at is null)` : `a.last_at ${before}`
  const order = `${byLogin ? 'a.last_login_at' : 'a.last_at'} nulls first, a.actor_id`
  return `
with gone as materialized (
  select a.* from actrail.rollup_actor a where a.workspace_id = $1 and a.actor_type = ${bind(actorType)} and ${isGone}
)
select json_build_object('inactive', (select count(*) from gone), 'users', (
  select coalesce(json_agg(json_build_object(${SEEN}) order by ${order}), '[]')
  from (select * from gone a order by ${order} limit ${bind(most)}) a
))`
}
