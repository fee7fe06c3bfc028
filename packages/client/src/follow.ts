import { answerInvalid } from './answer-invalid.js'
import type { ActrailClientError } from './client-error.js'
import type { Connection } from './connection.js'
import { pause } from './leash.js'
import { allActivity, listActivity } from './pages.js'
import { backOff, isTransient } from './retry.js'
import { readSse } from './sse.js'
import type { Operations } from './wire/operations.js'
import type { ActivityEvent } from './wire/schemas.js'

/** What the stream takes. */
export type StreamQuery = Omit<Operations['streamActivity']['query'], 'after'>

/** What a stream is doing. */
export type StreamState =
  /** It is being fed. */
  | { readonly kind: 'open' }
  /** It has been lost and connects again after `waitMs`; without `error` the server has ended it. */
  | { readonly kind: 'waiting'; readonly waitMs: number; readonly error?: ActrailClientError }

/** How a stream is followed. */
export interface StreamOptions {
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal | undefined
  /** Begin behind the event with this id. Default: with what comes from now on. */
  readonly after?: string | undefined
  /** Told whenever the connection opens or has been lost. */
  readonly onState?: ((state: StreamState) => void) | undefined
}

/** Three signs of life that did not come: the server sends one every 15 seconds. */
const SILENCE_MS = 45_000
/** Until the server says otherwise. */
const FIRST_WAIT_MS = 1_000

/** Where a stream is: what it has given, and how its connections fared. */
interface Course {
  /** The last event that was had; `undefined` while the log has none. */
  last: string | undefined
  isPlaced: boolean
  wasOpen: boolean
  failures: number
  waitMs: number
}

/** The events of a workspace as they come, each once, over as many connections as it takes. */
export async function* followActivity(
  connection: Connection,
  query: StreamQuery,
  options: StreamOptions,
): AsyncGenerator<ActivityEvent, void, undefined> {
  const { signal, after, onState } = options
  const course: Course = {
    ...{ last: after, isPlaced: after !== undefined },
    ...{ wasOpen: false, failures: 0, waitMs: FIRST_WAIT_MS },
  }
  while (!signal?.aborted) {
    let error: ActrailClientError | undefined
    try {
      yield* connected(connection, query, { options, course })
    } catch (failure) {
      if (signal?.aborted) return
      // Once it has been open, the address and the rights are known to be good: then it waits as long as it takes.
      const isHopeless = !course.wasOpen && (!course.isPlaced || course.failures >= connection.retries)
      if (isHopeless || !isTransient(failure)) throw failure
      error = failure
    }
    const waitMs = backOff(course.failures++, { retryAfterMs: error?.retryAfterMs, firstMs: course.waitMs })
    onState?.({ kind: 'waiting', waitMs, ...(error && { error }) })
    await pause(waitMs, signal).catch(() => undefined)
  }
}

/** What one connection gives. */
async function* connected(
  connection: Connection,
  query: StreamQuery,
  { options: { signal, onState }, course }: { readonly options: StreamOptions; readonly course: Course },
): AsyncGenerator<ActivityEvent, void, undefined> {
  yield* placed(connection, query, { signal, course })
  const headers = { accept: 'text/event-stream', ...(course.last !== undefined && { 'last-event-id': course.last }) }
  const ask = { path: '/activity/stream', query, headers, signal }
  let isOpen = false
  for await (const { id, event = 'activity', data, retryMs } of readSse(connection.chunks(ask, SILENCE_MS))) {
    if (!isOpen) onState?.({ kind: 'open' })
    isOpen = course.wasOpen = true
    if (retryMs !== undefined) course.waitMs = retryMs
    // A server that opens and ends at once is not healthy: only what comes after its greeting shows that it is.
    else course.failures = 0
    if (id) course.last = id
    if (event === 'activity' && data !== undefined) yield eventOf(data)
  }
}

/**
 * Finds the place to begin at before the first connection, since a connection that breaks before its first event would
 * otherwise lose what comes until the next one. In a log that was empty at the start everything is new.
 */
async function* placed(
  connection: Connection,
  query: StreamQuery,
  { signal, course }: { readonly signal: AbortSignal | undefined; readonly course: Course },
): AsyncGenerator<ActivityEvent, void, undefined> {
  if (!course.isPlaced) {
    const { items } = await listActivity(connection, { workspace: query.workspace, limit: 1 }, signal)
    course.last = items[0]?.id
    course.isPlaced = true
  } else if (course.last === undefined) {
    let oldest: ActivityEvent | undefined
    for await (const event of allActivity(connection, query, signal)) oldest = event
    if (!oldest) return
    course.last = oldest.id
    yield oldest
  }
}

function eventOf(data: string): ActivityEvent {
  try {
    return JSON.parse(data) as ActivityEvent
  } catch {
    throw answerInvalid('The stream has an event that is not JSON.')
  }
}
