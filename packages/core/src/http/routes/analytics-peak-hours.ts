import { z } from 'zod'

import { offsetSpans } from '../../model/time-zone'
import { askedPeriod, shownPeriod, stretchQuestion, timeZone, tooLong } from '../analytics-question'
import { eventHeaders } from '../entries'
import { reachMembers, total } from '../figure-schemas'
import { isProblem } from '../problem'
import { route } from '../route'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

/** When a team is most active. */
export const analyticsPeakHours = route({
  method: 'GET',
  path: '/analytics/peak-hours',
  operationId: 'readPeakHours',
  summary: 'How much happened in each hour of the week, by the clocks of a time zone.',
  description: 'The stretch is rounded outwards to quarters of an hour.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({ ...stretchQuestion, time_zone: timeZone }),
  answer: {
    description: 'All 168 hours of a week, from Monday at midnight on.',
    schema: z.strictObject({
      ...reachMembers,
      time_zone: z.string(),
      items: z.array(z.strictObject({ weekday: z.enum(WEEKDAYS), hour: z.int().min(0).max(23), total })),
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '' } = call
    const { time_zone } = call.query
    const period = askedPeriod(call, now())
    if (isProblem(period)) return period
    const refused = tooLong(period, 'day')
    if (refused) return refused
    const spans = offsetSpans(time_zone, period.from, period.to)
    const { hours, as_of, behind } = await query.figures(workspaceId, { hours: { period, spans } })
    const totals = new Map(hours)
    const items = WEEKDAYS.flatMap((weekday, day) =>
      Array.from({ length: 24 }, (_, hour) => ({ weekday, hour, total: totals.get(day * 24 + hour) ?? 0 })),
    )
    return {
      kind: 'answer',
      value: { period: shownPeriod(period), as_of, behind, time_zone, items },
      reads: workspaceId,
    }
  },
})
