import { type EventFilter, filterTerms } from '../filter/filter'
import { predicateOf } from '../filter/predicate'
import type { StoredEvent } from '../model/event'
import { ALL_WORKSPACES } from '../model/workspaces'
import type { EventReader } from '../store/read/event-reader'
import { possibleTerms } from '../store/read/filter-to-sql'
import type { LogFeed } from './feed'
import { readRange } from './read-range'

/** What somebody follows. */
export interface Following {
  /** `*`: all workspaces. */
  readonly workspaceId: string
  readonly filter: EventFilter
  /** Begin behind this event; absent: with what comes. */
  readonly after?: Pick<StoredEvent, 'log_index' | 'workspace_seq'>
  /** Ends it. */
  readonly signal: AbortSignal
  /** How long, in ms, one turn waits at most: an empty one is a sign of life. */
  readonly waitMs: number
}

/** Places that one catching-up read looks at. */
const AT_ONCE = 1_000

/**
 * Begins to follow: what is sequenced once this has resolved is given. Until `signal` is aborted the feed reads on, also
 * when nobody takes the turns. Rejects when the log cannot be read.
 *
 * The turns are the events of the log as they come, in its order, none twice and none left out: one turn gives those that
 * are there, or nothing after `waitMs`. It is asked for more only as fast as it is read. Who falls behind what the feed
 * keeps reads the log until it is there again.
 */
export async function tail(
  reader: EventReader,
  feed: LogFeed,
  following: Following,
): Promise<AsyncIterable<readonly StoredEvent[]>> {
  await feed.follow()
  try {
    const place = await startOf(reader, feed, following)
    following.signal.addEventListener('abort', () => feed.leave(), { once: true })
    if (following.signal.aborted) feed.leave()
    return turns(reader, feed, { ...following, place })
  } catch (error) {
    feed.leave()
    throw error
  }
}

async function* turns(
  reader: EventReader,
  feed: LogFeed,
  following: Following & { readonly place: Place },
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { workspaceId, filter, signal, waitMs, place } = following
  const isWanted = predicateOf(filter)
  while (!signal.aborted && !feed.isStopped) {
    if (place.examined < feed.first) {
      yield* catchUp(reader, feed, following)
      continue
    }
    const { next } = feed
    const events = feed.from(place.examined, workspaceId).filter((event) => placeOf(event, workspaceId) > place.last)
    place.examined = next
    const newest = events.at(-1)
    if (newest !== undefined) place.last = placeOf(newest, workspaceId)
    const wanted = events.filter(isWanted)
    if (wanted.length > 0) yield wanted
    else if (feed.next === next) {
      await feed.more(waitMs, signal)
      if (feed.next === next && !signal.aborted) yield []
    }
  }
}

interface Place {
  /** The newest event that was given out or passed over, by its place within what is followed. */
  last: number
  /** The log index up to which the feed was looked at. */
  examined: number
}

const placeOf = (event: StoredEvent, workspaceId: string): number =>
  workspaceId === ALL_WORKSPACES ? event.log_index : event.workspace_seq

async function startOf(reader: EventReader, feed: LogFeed, { workspaceId, after }: Following): Promise<Place> {
  // Everything below was in the log before the next line asks where it ends.
  const examined = feed.next
  // Behind the feed's beginning, however new the event is: what lies between is read from the log.
  if (after) return { last: workspaceId === ALL_WORKSPACES ? after.log_index : after.workspace_seq, examined: -1 }
  return { last: (await endOf(reader, workspaceId)) - 1, examined }
}

async function endOf(reader: EventReader, workspaceId: string): Promise<number> {
  if (workspaceId === ALL_WORKSPACES) return (await reader.locateLog({})).nextSeq
  return (await reader.locate(workspaceId, {}))?.nextSeq ?? 0
}

/** From the log itself, up to where the feed takes over. */
async function* catchUp(
  reader: EventReader,
  feed: LogFeed,
  { workspaceId, filter, signal, place }: Following & { readonly place: Place },
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const terms = possibleTerms(filterTerms(filter))
  const examined = feed.next
  const end = await endOf(reader, workspaceId)
  const wanted = { ...(workspaceId !== ALL_WORKSPACES && { workspaceId }), ...(terms && { terms }) }
  while (place.last + 1 < end && !signal.aborted && !feed.isStopped) {
    const range = { first: place.last + 1, last: Math.min(end, place.last + 1 + AT_ONCE) - 1 }
    const events = terms === undefined ? [] : await readRange(reader, range, wanted)
    place.last = range.last
    if (events.length > 0) yield events
  }
  place.examined = examined
}
