import type { z } from 'zod'

import type { ApiRequest } from './message'
import { problem, quoted, type Problem } from './problem'

/** Reads the body of a request by a schema; what does not fit gives the problem that names the member. Rejects as `ApiRequest.body` does. */
export async function readBody<Schema extends z.ZodType>(
  schema: Schema,
  request: ApiRequest,
): Promise<z.output<Schema> | Problem> {
  const result = schema.safeParse(await request.body?.())
  if (result.success) return result.data
  const [issue] = result.error.issues
  const remedy = 'GET /openapi.json describes the body.'
  const within = issue?.path.map(String) ?? []
  if (issue?.code === 'unrecognized_keys') {
    const member = [...within, issue.keys[0]].join('.')
    return problem('ERR_BODY_INVALID', `There is no member ${quoted(member)} here.`, { parameter: member, remedy })
  }
  const member = within.join('.')
  const what =
    issue?.code === 'custom' ? issue.message : `does not fit: ${issue?.message.replace(/^[^:]*: /, '') ?? ''}`
  const named = member === '' ? 'The body' : `Member ${quoted(member)}`
  return problem('ERR_BODY_INVALID', `${named} ${what}.`, { parameter: member === '' ? 'body' : member, remedy })
}
