import { z } from 'zod'

import { askedPeriod, interval, largest, shownPeriod, stretchQuestion, timeZone, tooLong } from '../analytics-question'
import { eventHeaders } from '../entries'
import { buckets, kindMembers, reachMembers, seenMembers } from '../figure-schemas'
import { ownActorType } from '../own-activity'
import { text } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'
import { cutInto, shownSeen } from '../shown-figures'

/** What one user did, in numbers. */
export const userSummary = route({
  method: 'GET',
  path: '/users/{user_id}/summary',
  operationId: 'summariseUser',
  summary: 'What one user did: by verb, action, result and type of resource, and over time.',
  description:
    "The stretch is rounded outwards to quarters of an hour. When the user was first and last seen is told of all times. Without the permission one sees one's own, as the same type of actor, in one's own workspaces.",
  permission: 'activity:read',
  own: 'user_id',
  tenancy: 'choice',
  params: z.object({ user_id: text({ description: 'Id of the user.', example: 'user-abc-123' }) }),
  query: z.object({ ...stretchQuestion, interval, time_zone: timeZone, limit: largest }),
  answer: {
    description: 'The numbers.',
    schema: z.strictObject({
      user_id: z.string(),
      user_email: z.string().nullable().meta({ description: 'The address that was recorded last.' }),
      ...reachMembers,
      ...kindMembers,
      total_ever: z.int().min(0).meta({ description: 'Events of all times.' }),
      ...seenMembers,
      time_zone: z.string(),
      interval: z.enum(['hour', 'day']),
      timeline: buckets,
    }),
    headers: eventHeaders,
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, { query, now }) => {
    const { workspaceId = '', params } = call
    const { interval: unit, time_zone, limit } = call.query
    const period = askedPeriod(call, now())
    if (isProblem(period)) return period
    const refused = tooLong(period, unit)
    if (refused) return refused
    const cut = cutInto(unit, time_zone, period)
    const user = { id: params.user_id, ...ownActorType(call, 'type') }
    const stretch = { period, actor: user }
    const found = await query.figures(workspaceId, {
      kinds: { ...stretch, most: limit },
      actor: user,
      timeline: { ...stretch, starts: cut.starts },
    })
    const { as_of, behind, kinds, actor, timeline } = found
    const value = {
      ...{ user_id: user.id, user_email: actor.email, period: shownPeriod(period), as_of, behind },
      ...kinds,
      ...{ total_ever: actor.total, ...shownSeen(actor) },
      ...{ time_zone, interval: unit, timeline: cut.show(timeline) },
    }
    return { kind: 'answer', value, reads: workspaceId }
  },
})
