import { z } from 'zod'

import { USER_MEASURES } from '../../store/read/user-figures'
import { askedPeriod, largest, shownPeriod, stretchQuestion } from '../analytics-question'
import { eventHeaders } from '../entries'
import { logins, measures, reachMembers, seenMembers, userMembers } from '../figure-schemas'
import { documented, text } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'
import { shownSeen } from '../shown-figures'

/** Who is active, and how much. */
export const analyticsUsers = route({
  method: 'GET',
  path: '/analytics/users',
  operationId: 'rankUsers',
  summary: 'How many users were active, and the most or the least active of them.',
  description:
    'The stretch is rounded outwards to quarters of an hour. When somebody was first and last seen is told of all times.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    ...stretchQuestion,
    actor_type: text({ description: 'The type of actors that is meant.', example: 'service-account' }).default('user'),
    by: z
      .enum(USER_MEASURES)
      .default('total')
      .meta(documented({ description: 'What they are ranked by.', example: 'changes' })),
    order: z
      .enum(['most', 'least'])
      .default('most')
      .meta(documented({ description: 'Which end of the ranking comes first.', example: 'least' })),
    limit: largest,
  }),
  answer: {
    description: 'The users.',
    schema: z.strictObject({
      ...reachMembers,
      active_users: z.int().min(0).meta({ description: 'Actors of that type with any event.' }),
      users_logged_in: z.int().min(0).meta({ description: 'Those of them that logged in.' }),
      items: z.array(z.strictObject({ ...userMembers, ...measures, logins, ...seenMembers })),
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '' } = call
    const { by, limit, order, actor_type: actorType } = call.query
    const period = askedPeriod(call, now())
    if (isProblem(period)) return period
    const { users, as_of, behind } = await query.figures(workspaceId, {
      users: { period, actorType, by, isLeast: order === 'least', most: limit },
    })
    const items = users.users.map(
      ({ actor_id, actor_type, email, total, changes, failed, logins: times, ...seen }) => ({
        ...{ user_id: actor_id, user_type: actor_type, user_email: email },
        ...{ total, changes, failed, logins: times },
        ...shownSeen(seen),
      }),
    )
    const people = { active_users: users.active, users_logged_in: users.logged_in }
    const value = { period: shownPeriod(period), as_of, behind, ...people, items }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
