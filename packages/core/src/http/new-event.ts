import { z } from 'zod'

import type { Actor, EventInput, JsonObject, Resource } from '../model/event'
import { RESULTS } from '../model/event'
import { carriesTime, readId } from '../model/id'
import { readInstant } from '../model/instant'
import type { Principal } from './authorize'
import { documented, email, text } from './parameters'

const json = z.record(z.string(), z.unknown())
const name = (description: string, example: string): z.ZodString => text({ description, example }, 512)

/** What another service tells of an event: the members that `GET /activity/{id}` shows. */
export const newEvent = z
  .strictObject({
    id: text({
      description: 'A UUIDv7, with or without `evt_`. The same event sent again with the same id is stored once.',
      example: 'evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70',
    })
      .refine(isEventId, 'is not a UUIDv7, with or without evt_')
      .optional(),
    timestamp: text({ description: 'When it happened, RFC 3339. Default: now.', example: '2024-01-15T14:32:01Z' })
      .refine((value) => readInstant(value) !== undefined, 'is not a time such as 2024-01-15T14:32:01Z')
      .optional(),
    action: text({ description: 'Dotted action.', example: 'env.create' }).refine((value) => value.trim() !== '', {
      message: 'is blank',
    }),
    actor: z
      .strictObject({
        type: text({ description: 'Such as `user`, `agent`, `service-account`, `system`.', example: 'user' }),
        id: text({ description: 'Its id.', example: 'usr_xyz789' }).optional(),
        email: email({ description: 'Its e-mail address.', example: 'john@company.com' }).optional(),
        name: name('Its name.', 'John').optional(),
        ip_address: text({ description: 'Where it came from.', example: '192.168.1.100' }, 64).optional(),
      })
      .meta({ description: 'Who acted. Default: the credentials of the request.' })
      .optional(),
    on_behalf_of: z
      .strictObject({
        type: text({ description: 'Its type.', example: 'user' }),
        id: text({ description: 'Its id.', example: 'usr_xyz789' }),
      })
      .meta({ description: 'The principal for whom the actor acted.' })
      .optional(),
    resource: z
      .strictObject({
        type: text({ description: 'Its type.', example: 'environment' }),
        id: text({ description: 'Its id.', example: 'env_def456' }).optional(),
        name: name('Its name.', 'my-feature-env').optional(),
      })
      .meta({ description: 'What was acted on.' })
      .optional(),
    project: text({ description: 'The project.', example: 'frontend' }).optional(),
    issue_id: text({ description: 'The issue that the event belongs to.', example: 'issue-abc123' }).optional(),
    result: z
      .enum(RESULTS)
      .meta(documented({ description: 'How it ended. Default: `success`.', example: 'failure' }))
      .optional(),
    context: json.meta({ description: 'Where and how it happened.' }).optional(),
    changes: json.meta({ description: '`{ field: value }` or `{ field: { old, new } }`.' }).optional(),
    details: json.meta({ description: 'Whatever else belongs to it.' }).optional(),
    user_agent: name('As the client sent it.', 'Mozilla/5.0').optional(),
    status_code: z
      .int()
      .min(100)
      .max(599)
      .meta({ description: 'HTTP status.', examples: [200] })
      .optional(),
    duration_us: z
      .int()
      .min(0)
      .meta({ description: 'Duration in microseconds.', examples: [1500] })
      .optional(),
    request_id: text({ description: 'Id of the request.', example: 'req-1' }).optional(),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta(documented({ description: 'W3C trace id.', example: '0af7651916cd43dd8448eb211c80319c' }))
      .optional(),
  })
  .meta({ id: 'NewEvent', description: 'An event as another service tells it.' })

/** The event to be recorded in a workspace. Who sent it is kept in its context, whoever it says has acted. */
export function toEventInput(
  told: z.output<typeof newEvent>,
  { principal, workspace }: { readonly principal: Principal; readonly workspace: string },
): EventInput {
  const { timestamp, actor, on_behalf_of, issue_id, user_agent, status_code, duration_us, ...rest } = told
  const { request_id, trace_id, context, resource, ...plain } = rest
  const { type = 'user', id, email: address } = principal
  const { ip_address, ...who } = actor ?? { type, id, ...(address !== undefined && { email: address }) }
  const recordedBy: JsonObject = { type, id }
  return present<EventInput>({
    ...plain,
    workspace,
    source: 'api',
    actor: present<Actor>(who),
    resource: resource && present<Resource>(resource),
    occurredAt: timestamp,
    onBehalfOf: on_behalf_of,
    issue: issue_id,
    ip: ip_address,
    userAgent: user_agent,
    statusCode: status_code,
    durationUs: duration_us,
    requestId: request_id,
    traceId: trace_id,
    context: { ...context, recorded_by: recordedBy },
  })
}

function isEventId(id: string): boolean {
  const uuid = readId(id)
  return uuid !== undefined && carriesTime(uuid)
}

function present<T>(members: { readonly [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}
