import { z } from 'zod'

// The schemas of analytics answers. They are strict, so that a member nobody documented fails a test.

const count = z.int().min(0)
const time = z.iso.datetime()

/** How many events, and how many of them did not succeed. */
export const total = count.meta({ description: 'Events.' })
const failed = count.meta({ description: 'Events with another result than success.' })
const changes = count.meta({ description: 'CREATE, UPDATE and DELETE that succeeded.' })
const logins = count.meta({ description: 'LOGIN that succeeded.' })

/** Members of every answer: which stretch it covers, and up to where in the log it is exact. */
export const reachMembers = {
  period: z
    .strictObject({ from: time, to: time.meta({ description: 'Not part of it any more.' }) })
    .meta({ description: 'The stretch that is counted: the one asked for, rounded outwards.' }),
  ...reach(),
}

/** Up to where in the log an answer is exact. */
export function reach() {
  return {
    as_of: count.meta({
      description:
        'Events of the workspace that are counted, the first in the order of the log: for these all numbers are exact.',
    }),
    behind: count.meta({
      description: 'Events in the log that are not counted yet; usually those of the last second.',
    }),
  }
}

/** What happened, kind by kind. */
export const kindMembers = {
  total,
  failed,
  changes: z.strictObject({ total: changes, created: count, updated: count, deleted: count }),
  results: z.record(z.string(), count).meta({ description: 'Events by result.' }),
  verbs: z.array(z.strictObject({ verb: z.string(), total, failed })).meta({ description: 'The most frequent verbs.' }),
  actions: z
    .array(z.strictObject({ action: z.string(), total, failed }))
    .meta({ description: 'The most frequent actions: which features are used.' }),
  resource_types: z
    .array(z.strictObject({ resource_type: z.string(), total, failed, changes }))
    .meta({ description: 'The types of resources that were worked with most.' }),
}

/** Hours or days, one after the other. */
export const buckets = z
  .array(
    z.strictObject({
      start: z.iso.datetime({ offset: true }).meta({ description: 'In the time zone that was asked for.' }),
      end: z.iso.datetime({ offset: true }),
      total,
      failed,
      changes,
      logins,
    }),
  )
  .meta({
    description: 'All hours or days of the stretch, oldest first, empty ones too. The first and the last may be cut.',
  })

/** When somebody was seen. */
export const seenMembers = {
  first_seen: time.nullable(),
  last_seen: time.nullable(),
  last_login: time.nullable().meta({ description: '`null` when no login was recorded.' }),
}

/** Who somebody is. */
export const userMembers = {
  user_id: z.string(),
  user_type: z.string().meta({ examples: ['user'] }),
  user_email: z.string().nullable().meta({ description: 'The address that was recorded last.' }),
}

/** What somebody or something has to do with. */
export const measures = { total, changes, failed }
export { logins }
