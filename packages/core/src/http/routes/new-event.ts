import { z } from 'zod'

import { ALL_WORKSPACES, SYSTEM_WORKSPACE } from '../../model/workspaces'
import { eventLocation } from '../links'
import { newEvent, toEventInput } from '../new-event'
import { text } from '../parameters'
import { isProblem, problem } from '../problem'
import { readBody } from '../read-body'
import { route } from '../route'

/** Records an event that happened in another service. */
export const recordEvent = route({
  method: 'POST',
  path: '/events',
  operationId: 'recordEvent',
  summary: 'Records an event that happened elsewhere: in another service, in another language.',
  description:
    'The workspace is that of the credentials. Answered when the event is accepted, as `record()` does; it is visible a moment later. Whoever repeats a request whose answer was lost gives the event an `id`, and it is stored once. `context.recorded_by` names the credentials that it came with. At most 1 MiB.',
  permission: 'activity:write',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    workspace: text({
      description: 'The workspace to record in; needed when the credentials reach several.',
      example: 'acme',
    }).optional(),
  }),
  body: newEvent,
  answer: {
    status: 201,
    description: 'The id of the event.',
    schema: z.strictObject({ id: z.string().meta({ examples: ['evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'] }) }),
    headers: { Location: 'Where the event can be read.' },
  },
  problems: [
    ...(['ERR_BODY_INVALID', 'ERR_BODY_TOO_LARGE', 'ERR_BODY_NOT_JSON'] as const),
    ...(['ERR_WORKSPACE_AMBIGUOUS', 'ERR_JOURNAL_UNAVAILABLE'] as const),
  ],
  handle: async ({ request, principal, workspaceId: workspace = ALL_WORKSPACES }, services) => {
    if (!principal || workspace === ALL_WORKSPACES || workspace === SYSTEM_WORKSPACE) {
      return problem('ERR_WORKSPACE_FORBIDDEN', 'Events are recorded in one workspace, which is a tenant.', {
        parameter: 'workspace',
        remedy: 'Name one: workspace=<id>.',
      })
    }
    const told = await readBody(newEvent, request)
    if (isProblem(told)) return told
    const id = await services.accept(toEventInput(told, { principal, workspace }))
    return { kind: 'answer', status: 201, value: { id }, headers: { location: eventLocation(request, id) } }
  },
})
