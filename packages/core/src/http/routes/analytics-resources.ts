import { z } from 'zod'

import { filterTerms } from '../../filter/filter'
import { DAY_MS } from '../../model/period'
import { RESOURCE_MEASURES } from '../../store/read/resource-figures'
import { askedPeriod, largest, shownPeriod, stretchQuestion } from '../analytics-question'
import { eventHeaders } from '../entries'
import { measures, reachMembers } from '../figure-schemas'
import { documented, text } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'

/** The resources that are worked with most. */
export const analyticsResources = route({
  method: 'GET',
  path: '/analytics/resources',
  operationId: 'rankResources',
  summary: 'The resources with the most activity, or with the most changes.',
  description: 'Counted by whole days (UTC): the stretch is rounded outwards to them, and the answer names it.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    ...stretchQuestion,
    resource_type: text({ description: 'Only of this type, in any case.', example: 'PROJECT' }).optional(),
    by: z
      .enum(RESOURCE_MEASURES)
      .default('total')
      .meta(documented({ description: 'What they are ranked by.', example: 'changes' })),
    limit: largest,
  }),
  answer: {
    description: 'The most active resources.',
    schema: z.strictObject({
      ...reachMembers,
      active_resources: z.int().min(0).meta({ description: 'Resources with any event.' }),
      items: z.array(z.strictObject({ resource_type: z.string(), resource_id: z.string(), ...measures })),
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '' } = call
    const { by, limit, resource_type: type } = call.query
    const period = askedPeriod(call, now(), DAY_MS)
    if (isProblem(period)) return period
    const types = type === undefined ? undefined : filterTerms({ resourceTypes: [type] }).resourceTypes
    const { resources, as_of, behind } = await query.figures(workspaceId, {
      resources: { period, by, most: limit, ...(types && { types }) },
    })
    const { active, resources: items } = resources
    const value = { period: shownPeriod(period), as_of, behind, active_resources: active, items }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
