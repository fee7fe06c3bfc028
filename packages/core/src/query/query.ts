import { ActrailError } from '../errors'
import { type EventFilter, type FilterTerms, filterTerms } from '../filter/filter'
import { decodeCursor, encodeCursor } from '../model/cursor'
import type { StoredEvent } from '../model/event'
import { readId } from '../model/id'
import { ALL_WORKSPACES } from '../model/workspaces'
import { LOG_PATH } from '../store/read/access-path'
import type { EventReader } from '../store/read/event-reader'
import { possibleTerms } from '../store/read/filter-to-sql'
import { startBudget } from './budget'
import { plan, type Plan } from './course'
import { type Scroll, scrollFrom } from './scroll'
import { type Total, totalOf } from './total'
import { createWalker, type End, type Walker } from './walk'

/** Where a page begins and how long it is. */
export interface PagePlace {
  /** Entries, 1–200. */
  readonly limit: number
  /** Entries to pass over first, counted from `cursor` when both are given. Default: 0. */
  readonly offset?: number
  /** Begin below this place: a `nextCursor`, or `encodeCursor` of a `workspaceSeq`, which is itself left out. */
  readonly cursor?: string
}

/** One page of a list, newest first. */
export interface EventPage extends Total {
  readonly items: readonly StoredEvent[]
  /**
   * Where the next page begins; absent when there is none. A page that is shorter than its limit and has a cursor ran
   * out of time: what it could not look at begins there.
   */
  readonly nextCursor?: string
}

/** Where a stretch of a list begins and how long it is: 1–10,000 entries. */
export type ScrollPlace = Omit<PagePlace, 'offset'>

/** A stretch of a list as lines of a CSV file. */
export interface CsvPage extends Pick<EventPage, 'nextCursor'> {
  /** Whole lines, some in each. */
  readonly texts: readonly string[]
  readonly events: number
}

/** Reads the log in log order: `workspace_seq` descending. */
export interface ActivityQuery {
  /**
   * One page of a workspace. Without a filter `total` is exact and any offset costs the same. With one it is exact where
   * the rollups know it or up to 10,000, else a floor (`totalRelation`). Rejects with `ERR_CURSOR_INVALID`, or with
   * `ERR_OFFSET_TOO_DEEP` when a filtered list could not be counted down to its offset in time.
   */
  list(filter: EventFilter, page: PagePlace, workspaceId: string): Promise<EventPage>
  /** For who reads on and on: by cursor only and without a total. `*` is all workspaces, in the order of the log. */
  scroll(filter: EventFilter, page: ScrollPlace, workspaceId: string): Promise<Pick<EventPage, 'items' | 'nextCursor'>>
  /** The same as lines of a CSV file, which the database writes; see `CSV_HEADER`. */
  csv(filter: EventFilter, page: ScrollPlace, workspaceId: string): Promise<CsvPage>
  /** The event with an id (either form), `undefined` when there is none or it is of a workspace that is not named. */
  get(id: string, workspaceIds: readonly string[] | '*'): Promise<StoredEvent | undefined>
}

/** What {@link createQuery} works with. */
export interface QueryDependencies {
  readonly reader: EventReader
  /** A monotonic time in milliseconds. Default: `performance.now`. */
  readonly clock?: () => number
  /** What a list may take in milliseconds before it answers what it has. Default: 600. */
  readonly budgetMs?: number
}

const NOTHING: EventPage = { items: [], total: 0, totalRelation: 'exact' }

/** The lists and look-ups over a log. */
export function createQuery({
  reader,
  clock = () => performance.now(),
  budgetMs = 600,
}: QueryDependencies): ActivityQuery {
  const walkerOf = () => createWalker(reader, startBudget(clock, budgetMs))
  return {
    async list(filter, page, workspaceId) {
      const terms = possibleTerms(filterTerms(filter))
      const below = readCursor(page.cursor, 'workspaceSeq')
      if (terms === undefined) return NOTHING
      const list: List = { reader, walker: walkerOf(), workspaceId, below, limit: page.limit, offset: page.offset ?? 0 }
      return asksNothing(terms) ? plainPage(list) : filteredPage(list, terms)
    },
    async scroll(filter, page, workspaceId) {
      const scroll = await scrollOf(reader, { filter, page, workspaceId })
      if (scroll === undefined) return NOTHING
      const { items, end } = await walkerOf().collect(scroll.course, scroll.top, page.limit)
      return { items, ...nextOf(scroll, end) }
    },
    async csv(filter, page, workspaceId) {
      const scroll = await scrollOf(reader, { filter, page, workspaceId })
      if (scroll === undefined) return { texts: [], events: 0 }
      const { texts, events, end } = await walkerOf().csv(scroll.course, scroll.top, page.limit)
      return { texts, events, ...nextOf(scroll, end) }
    },
    async get(id, workspaceIds) {
      const uuid = readId(id)
      const event = uuid === undefined ? undefined : await reader.byId(uuid)
      return event && (workspaceIds === '*' || workspaceIds.includes(event.workspace_id)) ? event : undefined
    },
  }
}

interface List {
  readonly reader: EventReader
  readonly walker: Walker
  readonly workspaceId: string
  readonly below: number | undefined
  readonly limit: number
  readonly offset: number
}

/** Every event of the workspace: the place of the n-th is known by subtraction. */
async function plainPage({ reader, walker, workspaceId, below, limit, offset }: List): Promise<EventPage> {
  const located = await reader.locate(workspaceId, { skip: offset, ...(below !== undefined && { below }) })
  if (located === undefined) return NOTHING
  const { firstSeq, nextSeq, shards } = located
  const top = Math.min(below ?? nextSeq, nextSeq) - 1 - offset
  const first = Math.max(firstSeq, top - limit + 1)
  const stretches = [{ first, last: top, path: LOG_PATH }]
  const { items } = await walker.collect({ workspaceId, terms: {}, stretches, shards }, top, limit)
  return {
    items,
    total: nextSeq - firstSeq,
    totalRelation: 'exact',
    ...(first > firstSeq && first <= top && { nextCursor: encodeCursor({ workspaceSeq: first }) }),
  }
}

async function filteredPage(list: List, terms: FilterTerms): Promise<EventPage> {
  const { reader, walker, workspaceId, below } = list
  const located = await reader.locate(workspaceId, {})
  if (located === undefined) return NOTHING
  const planned = await plan(reader, { workspaceId, located }, terms)
  const newest = located.nextSeq - 1
  const start = Math.min(newest, (below ?? located.nextSeq) - 1)
  const { items, end, seen } = await pageFrom(list, planned, start)
  const totalling = { reader, walker, located, plan: planned }
  // Below a cursor the page says nothing about what is above it.
  if (below !== undefined) return pageOf(items, end, await totalOf(totalling, { events: 0, top: newest }))
  if (end.kind === 'bottom') return pageOf(items, end, { total: seen, totalRelation: 'exact' })
  const total = await totalOf(totalling, { events: seen, top: end.at - 1 })
  const isLast = end.kind === 'done' && total.totalRelation === 'exact' && total.total === seen
  return pageOf(items, isLast ? { kind: 'bottom' } : end, total)
}

interface Found {
  readonly items: readonly StoredEvent[]
  readonly end: End
  /** Matching events from the start down to the end of the page. */
  readonly seen: number
}

async function pageFrom({ walker, limit, offset }: List, { course }: Plan, start: number): Promise<Found> {
  const passed = offset === 0 ? undefined : await walker.count(course, start, offset)
  if (passed?.end.kind === 'bottom') return { items: [], end: passed.end, seen: passed.counted }
  if (passed?.end.kind === 'time') throw tooDeep(offset, passed.counted)
  const { items, end } = await walker.collect(course, passed ? passed.end.at - 1 : start, limit)
  return { items, end, seen: offset + items.length }
}

function tooDeep(offset: number, counted: number): ActrailError {
  return new ActrailError(
    'ERR_OFFSET_TOO_DEEP',
    `The filtered list could not be counted down to offset ${offset} in time, but only to ${counted}. Continue with the cursor of the page before, or narrow the filter by a time range.`,
  )
}

interface Scrolled {
  readonly filter: EventFilter
  readonly page: ScrollPlace
  readonly workspaceId: string
}

async function scrollOf(reader: EventReader, { filter, page, workspaceId }: Scrolled): Promise<Scroll | undefined> {
  const terms = possibleTerms(filterTerms(filter))
  const below = readCursor(page.cursor, workspaceId === ALL_WORKSPACES ? 'logIndex' : 'workspaceSeq')
  return terms && scrollFrom({ reader, workspaceId, below, terms })
}

function nextOf(scroll: Scroll, end: End): Pick<EventPage, 'nextCursor'> {
  const nextCursor = scroll.next(end)
  return nextCursor === undefined ? {} : { nextCursor }
}

function pageOf(items: readonly StoredEvent[], end: End, total: Total): EventPage {
  return { items, ...total, ...(end.kind !== 'bottom' && { nextCursor: encodeCursor({ workspaceSeq: end.at }) }) }
}

function asksNothing(terms: FilterTerms): boolean {
  return Object.values(terms).every((value) => value === undefined)
}

function readCursor(text: string | undefined, unit: 'workspaceSeq' | 'logIndex'): number | undefined {
  if (text === undefined) return undefined
  const cursor = decodeCursor(text)
  const place = cursor && (unit in cursor ? Object.values(cursor)[0] : undefined)
  if (place !== undefined) return place
  throw new ActrailError(
    'ERR_CURSOR_INVALID',
    'This cursor was not given out by this list: leave it out to start at the newest entry.',
  )
}
