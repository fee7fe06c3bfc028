import { z } from 'zod'

import { askedPeriod, interval, shownPeriod, stretchQuestion, timeZone, tooLong } from '../analytics-question'
import { eventHeaders } from '../entries'
import { buckets, reachMembers } from '../figure-schemas'
import { isProblem } from '../problem'
import { route } from '../route'
import { cutInto } from '../shown-figures'

/** A workspace's activity over time. */
export const analyticsTimeline = route({
  method: 'GET',
  path: '/analytics/timeline',
  operationId: 'readTimeline',
  summary: 'How much happened in each hour or on each day, by the clocks of a time zone.',
  description:
    'The stretch is rounded outwards to quarters of an hour. An hour that comes twice, when clocks are set back, is two entries; days have 23 or 25 hours then.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({ ...stretchQuestion, interval, time_zone: timeZone }),
  answer: {
    description: 'The timeline.',
    schema: z.strictObject({
      ...reachMembers,
      time_zone: z.string(),
      interval: z.enum(['hour', 'day']),
      items: buckets,
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '' } = call
    const { interval: unit, time_zone } = call.query
    const period = askedPeriod(call, now())
    if (isProblem(period)) return period
    const refused = tooLong(period, unit)
    if (refused) return refused
    const cut = cutInto(unit, time_zone, period)
    const { timeline, as_of, behind } = await query.figures(workspaceId, { timeline: { period, starts: cut.starts } })
    const value = { period: shownPeriod(period), as_of, behind, time_zone, interval: unit, items: cut.show(timeline) }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
