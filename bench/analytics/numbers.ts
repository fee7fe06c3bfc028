import { DAY_MS, type Period } from '../../packages/core/src/model/period'
import {
  plainCounts,
  plainHours,
  type PlainQuestion,
  plainResources,
  type PlainScope,
  plainSeen,
  plainTimeline,
  plainTotals,
  plainUsers,
} from '../../test/log/plain-figures'
import { BEGIN_MS, WORKSPACE } from '../page/fixture'
import { BUSIEST, SPAN_MS } from './events'

/** A number of a dashboard: how the API is asked, what somebody would write by hand, and what both must agree on. */
export interface DashboardNumber {
  readonly path: string
  readonly plain: PlainQuestion
  ofAnswer(answer: Answer): number
  ofRows(rows: readonly Row[]): number
}

/** What is read of an answer. */
export interface Answer {
  readonly total: number
  readonly active_users: number
  readonly inactive_users: number
  readonly first_seen: string
  readonly items: readonly { readonly total: number }[]
  readonly actions: readonly { readonly total: number }[]
  readonly timeline: readonly { readonly total: number }[]
}

/** What is read of a row. */
export interface Row {
  readonly total: number
  readonly first_at: number
  readonly last_at: number
}

const ZONE = 'Europe/Berlin'
// Not whole days, so that both ends are counted by quarters of an hour; resources are counted by whole days.
const PERIOD: Period = { from: BEGIN_MS + 21 * 900_000, to: BEGIN_MS + SPAN_MS - 15 * 900_000 }
const DAYS: Period = { from: BEGIN_MS, to: BEGIN_MS + SPAN_MS }
const GONE_MS = BEGIN_MS + SPAN_MS - 7 * DAY_MS
const text = (ms: number): string => new Date(ms).toISOString()
const stretch = `from=${text(PERIOD.from)}&to=${text(PERIOD.to - 1)}`
const sum = (of: readonly { readonly total: number }[]): number => of.reduce((all, { total }) => all + total, 0)

/** Every number, over three months of a log of so many events. */
export function dashboardNumbers(events: number): Readonly<Record<string, DashboardNumber>> {
  const scope: PlainScope = { workspaceId: WORKSPACE, asOf: events, period: PERIOD }
  const one: PlainScope = { ...scope, actor: { id: BUSIEST, type: 'user' } }
  const users = { ...scope, actorType: 'user' }
  const counts = { ofAnswer: ({ actions }: Answer) => sum(actions), ofRows: sum }
  const listed = { ofAnswer: ({ items }: Answer) => sum(items), ofRows: sum }
  const zone = `time_zone=${ZONE}`
  return {
    'all actions': {
      path: `/activity/summary?${stretch}`,
      plain: plainTotals(scope),
      ofAnswer: ({ total }) => total,
      ofRows: sum,
    },
    'by action': { path: `/activity/summary?${stretch}&limit=10`, plain: plainCounts('action', scope, 10), ...counts },
    'active users': { path: `/analytics/users?${stretch}&limit=1`, plain: plainUsers('2 desc', users, 10_000), ofAnswer: ({ active_users: n }) => n, ofRows: (rows) => rows.length }, // prettier-ignore
    'timeline by day': {
      path: `/analytics/timeline?${stretch}&${zone}`,
      plain: plainTimeline('day', ZONE, scope),
      ...listed,
    },
    'timeline by hour': { path: `/analytics/timeline?${stretch}&${zone}&interval=hour`, plain: plainTimeline('hour', ZONE, scope), ...listed }, // prettier-ignore
    'peak hours': { path: `/analytics/peak-hours?${stretch}&${zone}`, plain: plainHours(ZONE, scope), ...listed },
    'projects with most changes': resourcesOf('project', 'changes', scope),
    'most used models': resourcesOf('model', 'total', scope),
    'most used endpoints': resourcesOf('endpoint', 'total', scope),
    'active clusters': resourcesOf('cluster', 'total', scope),
    'busiest of all resources': resourcesOf(undefined, 'total', scope),
    'power users': { path: `/analytics/users?${stretch}&limit=10`, plain: plainUsers('2 desc', users, 10), ...listed },
    'inactive users': {
      path: `/analytics/users/inactive?since=${text(GONE_MS)}`,
      plain: plainSeen({ workspaceId: WORKSPACE, asOf: events, actorType: 'user' }),
      ofAnswer: ({ inactive_users: n }) => n,
      ofRows: (rows) => rows.filter(({ last_at: last }) => Number(last) < GONE_MS).length,
    },
    'one user: by action': {
      path: `/users/${BUSIEST}/summary?${stretch}&limit=10`,
      plain: plainCounts('action', one, 10),
      ...counts,
    },
    'one user: timeline': { path: `/users/${BUSIEST}/summary?${stretch}&${zone}`, plain: plainTimeline('day', ZONE, one), ofAnswer: ({ timeline }) => sum(timeline), ofRows: sum }, // prettier-ignore
  }
}

function resourcesOf(type: string | undefined, by: 'total' | 'changes', scope: PlainScope): DashboardNumber {
  const asked = `${stretch}&limit=10&by=${by}${type === undefined ? '' : `&resource_type=${type}`}`
  return {
    path: `/analytics/resources?${asked}`,
    plain: plainResources(by, { ...scope, period: DAYS, ...(type !== undefined && { types: [type] }) }, 10),
    ofAnswer: ({ items }) => sum(items),
    ofRows: sum,
  }
}
