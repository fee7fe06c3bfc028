import type { Queries } from '../../packages/core/src/store/database'
import type { Period } from '../../packages/core/src/model/period'

/** What somebody would write by hand: a statement over the log itself, with its parameters. */
export interface PlainQuestion {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Which events are meant: of a workspace, below a place, in a stretch of time, of one actor. */
export interface PlainScope {
  readonly workspaceId: string
  /** The first so many events of the workspace. */
  readonly asOf: number
  readonly period?: Period
  readonly actor?: { readonly id: string; readonly type?: string }
}

const FAILED = `result <> 'success'`
const CHANGE = `result = 'success' and verb in ('CREATE', 'UPDATE', 'DELETE')`
const LOGIN = `result = 'success' and verb = 'LOGIN'`
const MEASURES = `count(*) as total, count(*) filter (where ${FAILED}) as failed, count(*) filter (where ${CHANGE}) as changes, count(*) filter (where ${LOGIN}) as logins`

/** Counts by an expression, largest first; where it is null or empty, nothing. */
export function plainCounts(by: string, scope: PlainScope, most = 1_000_000): PlainQuestion {
  return over(
    scope,
    (where) =>
      `select ${by} as name, ${MEASURES} from actrail.event where ${where} and coalesce(${by}::text, '') <> '' group by 1 order by 2 desc, 1 limit ${most}`,
  )
}

/** All events, failed ones, changes and logins. */
export function plainTotals(scope: PlainScope): PlainQuestion {
  return over(scope, (where) => `select ${MEASURES} from actrail.event where ${where}`)
}

/** Hours or days of a zone that have events, oldest first. */
export function plainTimeline(unit: 'hour' | 'day', zone: string, scope: PlainScope): PlainQuestion {
  return over(
    scope,
    (where) =>
      `select date_trunc('${unit}', occurred_at, '${zone}') as name, ${MEASURES} from actrail.event where ${where} group by 1 order by 1`,
  )
}

/** Hours of the week that have events, from Monday on. */
export function plainHours(zone: string, scope: PlainScope): PlainQuestion {
  const local = `(occurred_at at time zone '${zone}')`
  const hour = `((extract(isodow from ${local}) - 1) * 24 + extract(hour from ${local}))::int`
  return over(
    scope,
    (where) => `select ${hour} as name, ${MEASURES} from actrail.event where ${where} group by 1 order by 1`,
  )
}

/** Actors of a type, ranked. */
export function plainUsers(
  by: string,
  scope: PlainScope & { readonly actorType: string },
  most: number,
): PlainQuestion {
  const of = `coalesce(actor_type, '') = '${scope.actorType}' and actor_id is not null`
  return over(
    scope,
    (where) =>
      `select actor_id as name, ${MEASURES} from actrail.event where ${where} and ${of} group by 1 order by ${by}, 1 limit ${most}`,
  )
}

/** When each actor of a type was seen, over all times. */
export function plainSeen({ actorType, ...scope }: PlainScope & { readonly actorType: string }): PlainQuestion {
  const of = `coalesce(actor_type, '') = '${actorType}' and actor_id is not null`
  return over(
    scope,
    (
      where,
    ) => `select actor_id as name, min(occurred_at) as first_at, max(occurred_at) as last_at, max(occurred_at) filter (where ${LOGIN}) as last_login_at,
      (array_agg(actor_email order by workspace_seq desc) filter (where actor_email is not null))[1] as email
    from actrail.event where ${where} and ${of} group by 1`,
  )
}

/** Resources, ranked. */
export function plainResources(
  by: string,
  scope: PlainScope & { readonly types?: readonly string[] },
  most: number,
): PlainQuestion {
  const of =
    scope.types === undefined ? '' : ` and resource_type in (${scope.types.map((type) => `'${type}'`).join(', ')})`
  return over(
    scope,
    (where) => `select coalesce(resource_type, '') as type, resource_id as name, ${MEASURES} from actrail.event
    where ${where} and resource_id is not null${of} group by 1, 2 order by ${by} desc, 1, 2 limit ${most}`,
  )
}

/** Asks it. */
export function askPlainly<Row>(queries: Queries, { text, values }: PlainQuestion): Promise<Row[]> {
  return queries.query<Row>(text, values)
}

function over({ workspaceId, asOf, period, actor }: PlainScope, text: (where: string) => string): PlainQuestion {
  const values: unknown[] = [workspaceId, asOf]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const time = (ms: number): string => `${bind(new Date(ms).toISOString())}::timestamptz`
  const conditions = [
    'workspace_id = $1 and workspace_seq < $2',
    ...(period ? [`occurred_at >= ${time(period.from)} and occurred_at < ${time(period.to)}`] : []),
    ...(actor ? [`actor_id = ${bind(actor.id)}`] : []),
    ...(actor?.type === undefined ? [] : [`coalesce(actor_type, '') = ${bind(actor.type)}`]),
  ]
  return { text: text(conditions.join(' and ')), values }
}
