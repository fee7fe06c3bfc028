import { z } from 'zod'

import { bothOf, type EventFilter } from '../filter/filter'
import { isFault, parseFilter } from '../filter/filter-text'
import { byActor, byEnvironment, byUser } from '../filter/named'
import { RESULTS, type Result } from '../model/event'
import type { Moment } from '../model/moment'
import { documented, email, moment, search, text } from './parameters'
import { isProblem, problem, quoted, type Problem } from './problem'
import { timeRange } from './time-range'

const FILTER_BYTES = 1_024

/** The filters of the S1 list. */
export const activityQuestion = {
  from: moment({
    description: 'Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now.',
    example: '2024-01-01',
  }).optional(),
  to: moment({ description: 'Not later than this; a date includes its whole day.', example: '2024-01-31' }).optional(),
  since: moment({ description: 'Another name of `from`, usually with a duration.', example: '7d' }).optional(),
  action: z
    .array(text({ description: 'One action.', example: 'env.*' }))
    .max(20)
    .meta(
      documented({
        description:
          'An action as recorded, a glob over recorded actions (`env.*`, `*.create`), or a verb (`create`). Repeatable: any of them.',
        example: 'env.*',
      }),
    )
    .optional(),
  actor: text({
    description: 'A type of actor (`system`), or a type and an id (`service-account:ci-pipeline`).',
    example: 'service-account:ci-pipeline',
  }).optional(),
  user: email({ description: 'The actor by e-mail address or by id.', example: 'john@company.com' }).optional(),
  env: text({ description: 'An environment, by id or by name.', example: 'my-feature-env' }).optional(),
  project: text({ description: 'The project.', example: 'frontend' }).optional(),
  resource_type: text({ description: 'Type of the resource, in any case.', example: 'environment' }).optional(),
  resource: text({ description: 'The resource, by id or by name.', example: 'my-feature-env' }).optional(),
  result: z
    .enum(RESULTS)
    .meta(documented({ description: 'How the action ended.', example: 'failure' }))
    .optional(),
  search,
  filter: text(
    {
      description:
        'Conditions joined by `and`, beside what the other parameters ask for: a field (`action`, `actor`, `actor.type`, `actor.id`, `actor.email`, `actor.ip_address`, `user`, `resource`, `resource.type`, `resource.id`, `env`, `project`, `issue_id`, `result`, `timestamp`), `=` or `!=`, and a value, in quotes if it has blanks or signs in it. `timestamp` also takes `<`, `<=`, `>` and `>=`. `!=` finds events that lack the field, too.',
      example: 'actor.type=agent and result!=success',
    },
    FILTER_BYTES,
  ).optional(),
}

/** The values of {@link activityQuestion}. */
export interface ActivityQuestion {
  readonly from?: Moment | undefined
  readonly to?: Moment | undefined
  readonly since?: Moment | undefined
  readonly action?: readonly string[] | undefined
  readonly actor?: string | undefined
  readonly user?: string | undefined
  readonly env?: string | undefined
  readonly project?: string | undefined
  readonly resource_type?: string | undefined
  readonly resource?: string | undefined
  readonly result?: Result | undefined
  readonly search?: string | undefined
  readonly filter?: string | undefined
}

/** The filter that the S1 parameters ask for; a problem when they contradict each other or cannot be read. */
export function activityFilter(asked: ActivityQuestion, nowMs: number): EventFilter | Problem {
  const contradiction = contradictionIn(asked)
  if (contradiction) return contradiction
  const range = timeRange({
    from: { name: asked.since ? 'since' : 'from', moment: asked.since ?? asked.from },
    to: { name: 'to', moment: asked.to },
    nowMs,
  })
  if (isProblem(range)) return range
  const named: EventFilter = {
    ...range,
    ...(asked.actor !== undefined && byActor(asked.actor)),
    ...(asked.user !== undefined && byUser(asked.user)),
    ...resourceFilter(asked),
    ...(asked.action !== undefined && { actions: asked.action }),
    ...(asked.project !== undefined && { project: asked.project }),
    ...(asked.result !== undefined && { results: [asked.result] }),
    ...(asked.search !== undefined && { search: asked.search }),
  }
  const written = asked.filter === undefined ? {} : writtenFilter(asked.filter, nowMs)
  return isProblem(written) ? written : bothOf(named, written)
}

function writtenFilter(text: string, nowMs: number): EventFilter | Problem {
  const filter = parseFilter(text, nowMs)
  if (!isFault(filter)) return filter
  const { at, found, expected } = filter
  const what = found === '' ? 'ends' : `has ${quoted(found)}`
  return problem('ERR_PARAMETER_INVALID', `Parameter "filter" ${what} at character ${at}, instead of ${expected}.`, {
    parameter: 'filter',
    remedy: 'Join conditions by "and", such as filter=actor.type=agent and result!=success.',
  })
}

function resourceFilter({ env, resource, resource_type: type }: ActivityQuestion): EventFilter {
  if (env !== undefined) return byEnvironment(env)
  return { ...(type !== undefined && { resourceTypes: [type] }), ...(resource !== undefined && { resource }) }
}

function contradictionIn(asked: ActivityQuestion): Problem | undefined {
  const actor = asked.actor === undefined ? {} : byActor(asked.actor)
  if (actor === undefined) {
    return problem('ERR_PARAMETER_INVALID', 'Parameter "actor" has nothing on one side of its colon.', {
      parameter: 'actor',
      remedy: 'Give a type, or a type and an id, such as actor=service-account:ci-pipeline.',
    })
  }
  if (asked.from && asked.since) return contradiction('since', 'from')
  if (asked.env !== undefined && asked.resource !== undefined) return contradiction('env', 'resource')
  if (asked.env !== undefined && asked.resource_type !== undefined) return contradiction('env', 'resource_type')
  if (actor.actorId !== undefined && asked.user !== undefined && !asked.user.includes('@'))
    return contradiction('user', 'actor')
  return undefined
}

function contradiction(parameter: string, other: string): Problem {
  return problem('ERR_PARAMETER_CONFLICT', `"${parameter}" and "${other}" ask for the same thing.`, {
    parameter,
    remedy: `Give one of them.`,
  })
}
