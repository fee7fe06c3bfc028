import { z } from 'zod'

import type { EventFilter } from '../filter/filter'
import { normalAddress } from '../model/address'
import type { Moment } from '../model/moment'
import type { ShownPage } from './list'
import { documented, email, moment, refused, search, text } from './parameters'
import type { Problem } from './problem'
import { isProblem } from './problem'
import { timeRange } from './time-range'

/** The filters of the S2 lists that say what happened. */
export const whatHappened = {
  action: text({
    description: 'A verb such as `LOGIN`, in any case; an action as recorded; or a glob over recorded actions.',
    example: 'LOGIN',
  }).optional(),
  resource_type: text({ description: 'Type of the resource, in any case.', example: 'PROJECT' }).optional(),
  resource_id: text({ description: 'Id of the resource.', example: 'project-xyz-789' }).optional(),
  status: z
    .enum(['SUCCESS', 'FAILED'])
    .meta(documented({ description: '`FAILED` is every result but success.', example: 'FAILED' }))
    .optional(),
  ip_address: z
    .string()
    .min(1)
    .max(64)
    .meta(
      documented({ description: 'Address of the client, IPv4 or IPv6, in any notation.', example: '192.168.1.100' }),
    )
    .transform((value, context) => normalAddress(value) ?? refused(context, 'is not an IP address'))
    .optional(),
  start_date: moment({
    description: 'Not earlier than this: RFC 3339 (UTC if it has no zone), a date, or a duration back from now.',
    example: '2025-01-01T00:00:00Z',
  }).optional(),
  end_date: moment({
    description: 'Not later than this; a date includes its whole day.',
    example: '2025-01-31T23:59:59Z',
  }).optional(),
  search,
}

/** The filters of the S2 lists that say who acted. */
export const whoActed = {
  user_id: text({ description: 'Id of the actor.', example: 'user-abc-123' }).optional(),
  user_email: email({ description: 'E-mail address of the actor.', example: 'alice@company.com' }).optional(),
}

/** The values of {@link whatHappened} and {@link whoActed}. */
export interface AuditLogQuestion {
  readonly action?: string | undefined
  readonly resource_type?: string | undefined
  readonly resource_id?: string | undefined
  readonly user_id?: string | undefined
  readonly user_email?: string | undefined
  readonly status?: 'SUCCESS' | 'FAILED' | undefined
  readonly ip_address?: string | undefined
  readonly start_date?: Moment | undefined
  readonly end_date?: Moment | undefined
  readonly search?: string | undefined
}

/** The filter that the S2 parameters ask for; a problem when the dates contradict each other. */
export function auditLogFilter(asked: AuditLogQuestion, nowMs: number): EventFilter | Problem {
  const range = timeRange({
    from: { name: 'start_date', moment: asked.start_date },
    to: { name: 'end_date', moment: asked.end_date },
    nowMs,
  })
  if (isProblem(range)) return range
  return {
    ...range,
    ...(asked.action !== undefined && { actions: [asked.action] }),
    ...(asked.resource_type !== undefined && { resourceTypes: [asked.resource_type] }),
    ...(asked.resource_id !== undefined && { resourceId: asked.resource_id }),
    ...(asked.user_id !== undefined && { actorId: asked.user_id }),
    ...(asked.user_email !== undefined && { actorEmail: asked.user_email }),
    ...(asked.status !== undefined && { status: asked.status }),
    ...(asked.ip_address !== undefined && { ip: asked.ip_address }),
    ...(asked.search !== undefined && { search: asked.search }),
  }
}

/** An S2 page: items, total, limit, offset. */
export function auditLogPage<Entry>({
  next_cursor: _,
  ...page
}: ShownPage<Entry>): Omit<ShownPage<Entry>, 'next_cursor'> {
  return page
}
