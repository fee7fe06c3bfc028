import { z } from 'zod'

import { showInstant } from '../../model/instant'
import { startOf } from '../../model/moment'
import { QUARTER_MS } from '../../model/period'
import { ALL_WORKSPACES } from '../../model/workspaces'
import { allAtOnce, largest, stretchQuestion } from '../analytics-question'
import { eventHeaders } from '../entries'
import { reach, seenMembers, userMembers } from '../figure-schemas'
import { documented, moment, text } from '../parameters'
import { route } from '../route'
import { shownSeen } from '../shown-figures'

const USUAL = { kind: 'ago', ms: 30 * 86_400_000 } as const

/** Who is not there any more. */
export const analyticsInactiveUsers = route({
  method: 'GET',
  path: '/analytics/users/inactive',
  operationId: 'listInactiveUsers',
  summary: 'Users that were seen before and not lately, who is gone for longest first.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    since: moment({
      description:
        'Not seen from this time on: a duration back from now (from the quarter of an hour that has begun), or a time of RFC 3339. Default: 30 days.',
      example: '30d',
    }).optional(),
    by: z
      .enum(['activity', 'login'])
      .default('activity')
      .meta(
        documented({
          description:
            'What counts as being seen: any event, or only a login; then who never logged in is inactive, too.',
          example: 'login',
        }),
      ),
    actor_type: text({ description: 'The type of actors that is meant.', example: 'service-account' }).default('user'),
    limit: largest,
    workspace: stretchQuestion.workspace,
  }),
  answer: {
    description: 'The users.',
    schema: z.strictObject({
      since: z.iso.datetime(),
      ...reach(),
      inactive_users: z.int().min(0),
      items: z.array(z.strictObject({ ...userMembers, ...seenMembers })),
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_WORKSPACE_AMBIGUOUS'],
  handle: async ({ workspaceId = '', query: asked }, { query, now }) => {
    if (workspaceId === ALL_WORKSPACES) return allAtOnce()
    const { by, limit, actor_type: actorType } = asked
    const { since: lately = USUAL } = asked
    // What counts back from now stays the same for a while, and so does the answer.
    const nowMs = lately.kind === 'ago' ? Math.floor(now() / QUARTER_MS) * QUARTER_MS : now()
    const since = startOf(lately, nowMs)
    const { inactive, as_of, behind } = await query.figures(workspaceId, {
      inactive: { actorType, since, byLogin: by === 'login', most: limit },
    })
    const items = inactive.users.map(({ actor_id, actor_type, email, ...seen }) => ({
      ...{ user_id: actor_id, user_type: actor_type, user_email: email },
      ...shownSeen(seen),
    }))
    const value = { since: showInstant(since), as_of, behind, inactive_users: inactive.inactive, items }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
