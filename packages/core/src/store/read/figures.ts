import { createBindings, type Bindings, type Statement } from './bind'
import { type ReadDatabase, rowsOf } from './guarded'
import { type ActorFigures, actorFiguresSql, type KindFigures, kindFiguresSql, type KindsAsked } from './kind-figures'
import { type ActiveResources, type ResourcesAsked, resourcesSql } from './resource-figures'
import type { ActorTerm } from './rollup-rows'
import {
  type Bucket,
  type HourOfWeek,
  type HoursAsked,
  hoursSql,
  type TimelineAsked,
  timelineSql,
} from './time-figures'
import {
  type ActiveUsers,
  type InactiveAsked,
  inactiveSql,
  type InactiveUsers,
  type UsersAsked,
  usersSql,
} from './user-figures'

/** Questions about a workspace's activity, as many at once as wanted. Periods are whole quarters of an hour. */
export interface FiguresAsked {
  readonly kinds?: KindsAsked
  readonly actor?: ActorTerm
  readonly timeline?: TimelineAsked
  readonly hours?: HoursAsked
  readonly users?: UsersAsked
  readonly inactive?: InactiveAsked
  readonly resources?: ResourcesAsked
}

/** What is answered to each of {@link FiguresAsked}. */
export interface Answers {
  readonly kinds: KindFigures
  readonly actor: ActorFigures
  readonly timeline: readonly Bucket[]
  readonly hours: readonly HourOfWeek[]
  readonly users: ActiveUsers
  readonly inactive: InactiveUsers
  readonly resources: ActiveResources
}

/** Up to where the figures go: they are exact for so many events of the workspace, the first in the order of the log. */
export interface Reach {
  readonly as_of: number
  /** Events that are in the log and not counted yet. */
  readonly behind: number
}

/** The answers to what was asked, all of the same moment. */
export type Figures<Asked extends FiguresAsked> = Reach & Pick<Answers, keyof Asked & keyof Answers>

/** Reads the rollups. */
export interface FigureReader {
  /** Figures of one workspace, from one snapshot. */
  figures<Asked extends FiguresAsked>(workspaceId: string, asked: Asked): Promise<Figures<Asked>>
}

/** Reads the rollups through the store's pool. */
export function createFigureReader(database: ReadDatabase): FigureReader {
  return {
    async figures<Asked extends FiguresAsked>(workspaceId: string, asked: Asked) {
      const [row] = await rowsOf(database, figuresSql(workspaceId, asked), { workspaceId })
      return row as unknown as Figures<Asked>
    },
  }
}

/** All questions as one statement, so that the answers belong together; a column each, and those of {@link Reach}. */
export function figuresSql(workspaceId: string, asked: FiguresAsked): Statement {
  const bindings = createBindings()
  bindings.bind(workspaceId)
  const parts = partsOf(asked, bindings).map(([name, sql]) => `, (${sql}) as ${name}`)
  const text = `
select w.as_of, greatest(w.next_seq - w.as_of, 0) as behind${parts.join('')}
from (
  select (select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = $1) as as_of,
    actrail.next_seq($1) as next_seq
) w`
  return { text, values: bindings.values }
}

function partsOf(asked: FiguresAsked, bindings: Bindings): readonly (readonly [name: keyof Answers, sql: string])[] {
  const { kinds, actor, timeline, hours, users, inactive, resources } = asked
  return [
    ...(kinds ? [['kinds', kindFiguresSql(kinds, bindings)] as const] : []),
    ...(actor ? [['actor', actorFiguresSql(actor, bindings)] as const] : []),
    ...(timeline ? [['timeline', timelineSql(timeline, bindings)] as const] : []),
    ...(hours ? [['hours', hoursSql(hours, bindings)] as const] : []),
    ...(users ? [['users', usersSql(users, bindings)] as const] : []),
    ...(inactive ? [['inactive', inactiveSql(inactive, bindings)] as const] : []),
    ...(resources ? [['resources', resourcesSql(resources, bindings)] as const] : []),
  ]
}
