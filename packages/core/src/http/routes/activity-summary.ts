import { z } from 'zod'

import { askedPeriod, largest, shownPeriod, stretchQuestion } from '../analytics-question'
import { eventHeaders } from '../entries'
import { kindMembers, reachMembers } from '../figure-schemas'
import { isProblem } from '../problem'
import { route } from '../route'

/** The numbers of a dashboard. */
export const activitySummary = route({
  method: 'GET',
  path: '/activity/summary',
  operationId: 'summariseActivity',
  summary: 'What happened in a workspace: by verb, action, result and type of resource.',
  description: 'The stretch is rounded outwards to quarters of an hour; the answer names the one that it covers.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({ ...stretchQuestion, limit: largest }),
  answer: {
    description: 'The numbers.',
    schema: z.strictObject({ ...reachMembers, ...kindMembers }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '' } = call
    const period = askedPeriod(call, now())
    if (isProblem(period)) return period
    const { kinds, as_of, behind } = await query.figures(workspaceId, { kinds: { period, most: call.query.limit } })
    const value = { period: shownPeriod(period), as_of, behind, ...kinds }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
