import { z } from 'zod'

import { readId } from '../../model/id'
import { toS1 } from '../../model/views'
import { activityEvent, eventHeaders } from '../entries'
import { text } from '../parameters'
import { problem, type Problem } from '../problem'
import { route } from '../route'
import { mayRead, reachOf } from '../tenant'

/** One event in full. That of another tenant is answered as if it did not exist. */
export const activityDetail = route({
  method: 'GET',
  path: '/activity/{id}',
  operationId: 'getActivity',
  summary: 'One event in full.',
  permission: 'activity:read',
  tenancy: 'principal',
  params: z.object({
    id: text({
      description: 'Id of the event, with or without `evt_`.',
      example: 'evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70',
    }),
  }),
  query: z.object({}),
  answer: { description: 'The event.', schema: activityEvent, headers: eventHeaders },
  problems: ['ERR_EVENT_NOT_FOUND'],
  handle: async ({ params, principal }, services) => {
    const id = readId(params.id)
    if (id === undefined || !principal) return notFound()
    const event = await services.query.get(id, reachOf(principal))
    if (!event || !mayRead(principal, event.workspace_id)) return notFound()
    return { kind: 'answer', value: toS1(event, services.readUserAgent), reads: event.workspace_id }
  },
})

function notFound(): Problem {
  return problem('ERR_EVENT_NOT_FOUND', 'There is no such event in the workspaces of these credentials.', {
    parameter: 'id',
    remedy: 'Take the id from a list, such as evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70.',
  })
}
