import { z } from 'zod'

import { RESULTS } from '../model/event'

// The schemas of what model/views.ts makes. They are strict, so that a member nobody documented fails a test.

const json = z.record(z.string(), z.unknown())
const id = z.string().meta({
  description: 'Unique id: `evt_` and a UUIDv7.',
  examples: ['evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'],
})
const time = z.iso.datetime().meta({ description: 'When it happened, in UTC.', examples: ['2024-01-15T14:32:01Z'] })
const versioned = z.strictObject({ name: z.string(), version: z.string().nullable() }).nullable()

const userAgent = z.strictObject({
  raw: z.string().meta({ description: 'As sent, to its 512th byte.' }),
  browser: versioned,
  os: versioned,
  device: z
    .strictObject({ type: z.string().nullable(), vendor: z.string().nullable(), model: z.string().nullable() })
    .nullable(),
})

const actor = z.strictObject({
  type: z.string().meta({ examples: ['user', 'agent', 'service-account', 'system', 'anonymous'] }),
  id: z.string().optional(),
  email: z.string().optional(),
  name: z.string().optional(),
  ip_address: z.string().optional(),
})

const resource = z.strictObject({
  type: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
})

/** The S1 view: one event in full. */
export const activityEvent = z
  .strictObject({
    id,
    timestamp: time,
    action: z.string().meta({ description: 'Dotted action, as recorded.', examples: ['env.create'] }),
    actor,
    on_behalf_of: json.meta({ description: 'The principal for whom the actor acted.' }).optional(),
    resource: resource.optional(),
    context: json.meta({ description: '`project`, `organization` (the workspace), `source`, and what was recorded.' }),
    changes: json.meta({ description: 'Changed fields: new values, or `{ old, new }`, as recorded.' }).optional(),
    details: json.optional(),
    result: z.enum(RESULTS),
    user_agent: userAgent.optional(),
    issue_id: z.string().optional(),
    status_code: z.int().min(100).max(599).optional(),
    duration_us: z.int().min(0).meta({ description: 'Duration in microseconds.' }).optional(),
    request_id: z.string().optional(),
    trace_id: z.string().meta({ description: 'W3C trace id.' }).optional(),
    intent_id: id.meta({ description: 'The id of the request that this event reports on.' }).optional(),
  })
  .meta({ id: 'ActivityEvent', description: 'One event in full.' })

/** The S2 view: one entry of the audit log. */
export const auditLogEntry = z
  .strictObject({
    id,
    action: z.string().meta({ description: 'The verb, in upper case.', examples: ['CREATE', 'LOGIN_FAILED'] }),
    resource_type: z
      .string()
      .meta({ description: 'In upper case.', examples: ['PROJECT'] })
      .optional(),
    resource_id: z.string().optional(),
    user_id: z.string().optional(),
    user_email: z.string().nullable(),
    timestamp: time,
    ip_address: z.string().optional(),
    user_agent: z.string().optional(),
    details: json.meta({ description: 'With `changed_fields`, `old_value`, `new_value` where something changed.' }),
    status: z.enum(['SUCCESS', 'FAILED']),
  })
  .meta({ id: 'AuditLogEntry', description: 'One entry of the audit log.' })

/** The S3 view: one entry of a workspace's or an issue's activity. */
export const workspaceActivityEntry = z
  .strictObject({
    id,
    workspace_id: z.string(),
    issue_id: z.string().nullable(),
    actor_type: z.string().meta({ examples: ['user', 'agent'] }),
    actor_id: z.string().nullable(),
    action: z.string().meta({ description: 'Dotted action, as recorded.', examples: ['issue.created'] }),
    details: json.meta({ description: 'What was recorded, and the new values of changed fields.' }),
    created_at: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?$/)
      .meta({ description: 'When it happened: UTC, without a zone.', examples: ['2025-01-01T00:00:00'] }),
  })
  .meta({ id: 'WorkspaceActivityEntry', description: 'One entry of a workspace or an issue.' })

/** The members that pages of the S1 and S2 lists share. */
export const pageMembers = {
  total: z.int().min(0).nullable().meta({ description: 'Number of matching events; `null` across workspaces.' }),
  total_relation: z
    .literal('at_least')
    .meta({ description: 'Present when `total` is a floor: counting all would have taken too long.' })
    .optional(),
  limit: z.int().min(1).max(200),
  offset: z.int().min(0),
}

/** The problems of every list. */
export const listProblems = ['ERR_PARAMETER_CONFLICT', 'ERR_CURSOR_INVALID', 'ERR_OFFSET_TOO_DEEP'] as const

const TAG = 'Changes with the answer. Sent back in `If-None-Match` it is answered with 304 while nothing has.'

/** The headers of what shows one event. */
export const eventHeaders = { ETag: TAG }

/** The headers of every list. */
export const listHeaders = {
  'X-Total-Count': 'Number of matching events. Absent across workspaces.',
  'X-Total-Relation': '`exact`, or `at_least` when the number is a floor.',
  ETag: TAG,
  Link: '`rel="first"`, and `rel="next"` while there is more: continues by cursor, which new events do not shift.',
}
