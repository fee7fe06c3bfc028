import { z } from 'zod'

import { bucketCount, type Interval } from '../analytics/buckets'
import { showInstant } from '../model/instant'
import type { Moment } from '../model/moment'
import { DAY_MS, type Period, QUARTER_MS, roundedPeriod } from '../model/period'
import { isTimeZone } from '../model/time-zone'
import { ALL_WORKSPACES } from '../model/workspaces'
import { documented, moment, text } from './parameters'
import { isProblem, problem, type Problem } from './problem'
import { timeRange } from './time-range'

const USUAL_DAYS = 30
/** Hours or days of a timeline; looking at the clocks of a zone for longer would also take longer. */
const MOST_BUCKETS = 2_500

/** The parameters of all analytics: which stretch of which workspace. */
export const stretchQuestion = {
  from: moment({
    description:
      'Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now. Default: 30 days before the end.',
    example: '2025-01-01',
  }).optional(),
  to: moment({
    description: 'Not later than this; a date includes its whole day. Default: now.',
    example: '2025-01-31',
  }).optional(),
  since: moment({ description: 'Another name of `from`, usually with a duration.', example: '7d' }).optional(),
  workspace: text({
    description:
      'The workspace to read; needed when the credentials reach several. Analytics are of one workspace: not `*`.',
    example: 'acme',
  }).optional(),
}

/** In whose hours and days. */
export const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'is not a time zone such as "Europe/Berlin"')
  .default('UTC')
  .meta(documented({ description: 'Time zone of the hours and days, by its IANA name.', example: 'Europe/Berlin' }))

/** What a timeline is cut into. */
export const interval = z
  .enum(['hour', 'day'])
  .default('day')
  .meta(documented({ description: 'What the timeline is cut into, by the clocks of `time_zone`.', example: 'hour' }))

/** How many of the largest are named. */
export const largest = z
  .int()
  .min(1)
  .max(200)
  .default(50)
  .meta({ description: 'Entries of a list at most.', examples: [10] })

/** The values of {@link stretchQuestion}. */
export interface StretchQuestion {
  readonly from?: Moment | undefined
  readonly to?: Moment | undefined
  readonly since?: Moment | undefined
}

/**
 * The stretch that is asked for, rounded outwards to the grain of what answers it (default: a quarter of an hour), for
 * one workspace; a problem when the times contradict each other or all workspaces are meant.
 */
export function askedPeriod(
  { query, workspaceId }: { readonly query: StretchQuestion; readonly workspaceId: string | undefined },
  nowMs: number,
  grainMs: number = QUARTER_MS,
): Period | Problem {
  if (workspaceId === ALL_WORKSPACES) return allAtOnce()
  if (query.from && query.since) {
    return problem('ERR_PARAMETER_CONFLICT', '"since" and "from" ask for the same thing.', {
      parameter: 'since',
      remedy: 'Give one of them.',
    })
  }
  const from = { name: query.since ? 'since' : 'from', moment: query.since ?? query.from }
  const range = timeRange({ from, to: { name: 'to', moment: query.to }, nowMs })
  if (isProblem(range)) return range
  const to = range.to ?? Math.max(nowMs, range.from ?? nowMs)
  return roundedPeriod({ from: range.from ?? to - USUAL_DAYS * DAY_MS, to }, grainMs)
}

/** A problem when a stretch has more hours or days than a timeline shows. */
export function tooLong(period: Period, cut: Interval): Problem | undefined {
  if (bucketCount(period, cut) <= MOST_BUCKETS) return undefined
  return problem('ERR_PARAMETER_CONFLICT', `This stretch of time has more than ${MOST_BUCKETS} ${cut}s.`, {
    parameter: 'from',
    remedy: cut === 'hour' ? 'Ask for a shorter stretch, or for interval=day.' : 'Ask for a shorter stretch.',
  })
}

/** The refusal of whoever means all workspaces at once. */
export function allAtOnce(): Problem {
  return problem('ERR_PARAMETER_INVALID', 'Analytics are of one workspace.', {
    parameter: 'workspace',
    remedy: 'Name one: workspace=<id>.',
  })
}

/** The stretch that an answer covers, as it says so. */
export function shownPeriod({ from, to }: Period): { readonly from: string; readonly to: string } {
  return { from: showInstant(from), to: showInstant(to) }
}
