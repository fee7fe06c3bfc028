import { z } from 'zod'

import { type Moment, readMoment } from '../model/moment'

// Ids, actions and types are stored with at most 256 bytes, e-mail addresses with 320: nothing longer can match.
const ID_BYTES = 256
const EMAIL_BYTES = 320

/** What a parameter says about itself in the documents. */
export interface ParameterNote {
  readonly description: string
  readonly example: string
}

/** A text parameter: not empty, no NUL character, at most `maxBytes` (default: 256) bytes of UTF-8. */
export function text(note: ParameterNote, maxBytes = ID_BYTES): z.ZodString {
  return z
    .string()
    .min(1)
    .max(maxBytes)
    .refine((value) => !value.includes('\0'), 'holds a NUL character')
    .refine((value) => Buffer.byteLength(value) <= maxBytes, `is longer than ${maxBytes} bytes`)
    .meta(documented(note))
}

/** An e-mail address; compared with what is stored, so any text of up to 320 bytes is accepted. */
export function email(note: ParameterNote): z.ZodString {
  return text(note, EMAIL_BYTES)
}

/** A date or time of RFC 3339, or a duration such as `7d` that counts back from now. */
export function moment(note: ParameterNote): z.ZodType<Moment, string> {
  return z
    .string()
    .min(1)
    .max(64)
    .meta(documented(note))
    .transform((value, context) => readMoment(value) ?? refused(context, 'is neither a time nor a duration'))
}

/** Ends a transformation with a message that completes "parameter x …". */
export function refused(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** The description and the example of a parameter as JSON Schema annotations. */
export function documented({ description, example }: ParameterNote): { description: string; examples: string[] } {
  return { description, examples: [example] }
}

/** A piece of text, looked for wherever people would look for it. */
export const search = text({
  description: 'A piece of text within the action, the actor or the resource, whatever the case of ASCII letters.',
  example: 'alice',
}).optional()

/** Chooses the tenant on routes whose path does not. */
export const workspace = text({
  description:
    'The workspace to read; needed when the credentials reach several. `*` reads all of them, by cursor and without a total, with `activity:admin`.',
  example: 'acme',
}).optional()

/** The parameters of every list. */
export const paging = {
  limit: z
    .int()
    .min(1)
    .max(200)
    .default(50)
    .meta({ description: 'Entries on a page.', examples: [20] }),
  offset: z
    .int()
    .min(0)
    .default(0)
    .meta({
      description:
        'Entries to skip. Pages that follow each other within a minute count from the newest entry of the first one, so that new events do not shift them.',
      examples: [50],
    }),
  cursor: text(
    {
      description:
        'Continue after an earlier page: taken from its `Link` or `next_cursor`. Not together with `offset`.',
      example: 'dzQy',
    },
    64,
  ).optional(),
}
