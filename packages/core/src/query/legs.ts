import type { FilterTerms } from '../filter/filter'
import { type AccessPath, searchPath } from '../store/read/access-path'
import type { EventReader, Range } from '../store/read/event-reader'
import type { ShardSpan } from '../store/read/scan'
import type { Budget, Pace } from './budget'

/** What one statement of a walk reads. */
export interface Leg {
  readonly path: AccessPath
  /** Newest first; empty when there is nothing. */
  readonly spans: readonly ShardSpan[]
  /** The lowest place that it looks at. */
  readonly bottom: number
  /** Places that are looked at one by one; 0 when an index tells where to look. */
  readonly places: number
  /** Milliseconds after which the server gives up. */
  readonly withinMs?: number
  /** The walk can go on without an answer to this one. */
  readonly isOptional: boolean
}

/** Chooses the statements of one walk. */
export interface Legs {
  /** The next one, from `range.last` down, by `path` or a better one. */
  next(range: Range, path: AccessPath): Promise<Leg>
  /** To be told of each, with the rows that it found; `undefined`: the server gave up. */
  ended(leg: Leg, rows: number | undefined): void
}

/** What {@link createLegs} works with. */
export interface LegsOptions {
  readonly reader: Pick<EventReader, 'searchedShards'>
  readonly terms: FilterTerms
  readonly budget: Budget
  readonly pace: Pace
  /** The parts of the newest shards that a range touches, at most so many. */
  readonly shards: (range: Range, most: number) => Promise<readonly ShardSpan[]>
}

/** What a statement may take beyond the budget before the server gives up on it. */
const GRACE_MS = 100
/** What the pace is after two statements along the log. */
const PACE_OF_SEARCH = 4
const MOST_SEARCHED = 16
/** What is found once in so many places is rare: to fetch it from all over the shard is quicker than to look at them. */
const PLACES_OF_RARE = 250

/**
 * Along the log, or straight by an index that covers the filter. A search leaves the log for the index of trigrams when
 * the newest thousands of events hold few of what it looks for. That index knows no order and finds everything at once,
 * which is slow where that is much: then the server gives up half way, and the walk goes on along the log.
 */
export function createLegs({ reader, terms, budget, pace, shards }: LegsOptions): Legs {
  let search = searchPath(terms)
  let searchedAtOnce = 1
  let isRare = false

  async function bySearch(range: Range): Promise<Leg | undefined> {
    if (search === undefined || !isRare || pace.shards < PACE_OF_SEARCH) return undefined
    const indexed = await reader.searchedShards()
    const all = await shards(range, searchedAtOnce)
    const other = all.findIndex(({ shard }) => !indexed.has(shard))
    const spans = other < 0 ? all : all.slice(0, other)
    const bottom = spans.at(-1)?.first
    if (bottom === undefined) return undefined
    return { path: search, spans, bottom, places: 0, withinMs: Math.max(budget.leftMs() / 2, 1), isOptional: true }
  }

  async function along({ first, last }: Range, path: AccessPath): Promise<Leg> {
    const isDirect = isCovered(path, terms)
    const lowest = isDirect ? first : Math.max(first, last - pace.places + 1)
    const spans = await shards({ first: lowest, last }, pace.shards)
    const bottom = spans.at(-1)?.first ?? lowest
    const leg = { path, spans, bottom, places: isDirect ? 0 : last - bottom + 1, isOptional: false }
    // Each list's first statement is short and has no limit, so that a reader that follows cursors always gets on.
    return isDirect || pace.shards === 1 ? leg : { ...leg, withinMs: budget.leftMs() + GRACE_MS }
  }

  return {
    next: async (range, path) => (await bySearch(range)) ?? along(range, path),
    ended({ isOptional, places }, rows) {
      if (!isOptional) isRare = rows !== undefined && rows * PLACES_OF_RARE <= places
      else if (rows === undefined) search = undefined
      else searchedAtOnce = Math.min(searchedAtOnce * 2, MOST_SEARCHED)
    },
  }
}

/** Whether the index alone finds the rows, so that no place has to be looked at in vain. */
function isCovered({ covers }: AccessPath, terms: FilterTerms): boolean {
  return Object.entries(terms).every(([name, value]) => value === undefined || covers.some((one) => one === name))
}
