import { answerInvalid } from './answer-invalid.js'
import type { Connection } from './connection.js'
import { askedLater } from './relative-times.js'
import type { Operations } from './wire/operations.js'
import type { ActivityEvent } from './wire/schemas.js'

/** What the list of activity takes. */
export type ActivityQuery = Operations['listActivity']['query']
/** One page of activity, as the API answers it. */
export type ActivityPage = Operations['listActivity']['answer']

/** The most that the API gives at once. */
const PAGE = 200

/** One page of activity. */
export async function listActivity(
  connection: Connection,
  query: ActivityQuery,
  signal: AbortSignal | undefined,
): Promise<ActivityPage> {
  const page = (await connection.json({ path: '/activity', query, signal })) as ActivityPage | null
  if (Array.isArray(page?.items)) return page
  throw answerInvalid('The answer is not a page of activity.')
}

/** Every event that the query finds, newest first, a page at a time as it is taken. */
export async function* allActivity(
  connection: Connection,
  query: ActivityQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<ActivityEvent, void, undefined> {
  const begunMs = Date.now()
  // The first page may begin at an offset; a cursor goes on from where that led.
  const { offset: _offset, ...rest } = query
  let ask: ActivityQuery = { limit: PAGE, ...query }
  for (;;) {
    const { items, next_cursor: cursor } = await listActivity(connection, ask, signal)
    yield* items
    if (cursor === null) return
    if (cursor === undefined || cursor === ask.cursor) throw answerInvalid('The page leads to no other.')
    ask = { limit: PAGE, ...askedLater(rest, Date.now() - begunMs), cursor }
  }
}
