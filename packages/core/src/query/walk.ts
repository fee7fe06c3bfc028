import type { FilterTerms } from '../filter/filter'
import type { StoredEvent } from '../model/event'
import type { AccessPath } from '../store/read/access-path'
import type { EventReader, Range } from '../store/read/event-reader'
import type { Scan, ShardSpan } from '../store/read/scan'
import { type Budget, createPace, type Pace } from './budget'
import { createLegs } from './legs'

/** A range of places and the index that serves it. */
export interface Stretch extends Range {
  readonly path: AccessPath
}

/** Where to look for the rows of a list: stretches from the newest down, none of which overlaps another. */
export interface Course {
  /** `undefined` for the whole log. */
  readonly workspaceId: string | undefined
  readonly terms: FilterTerms
  readonly stretches: readonly Stretch[]
  /** Some shards and what they hold; a walk asks for others when it comes to them. */
  readonly shards: readonly ShardSpan[]
  /** Finds the stretches more exactly, at the price of a statement: asked when the first look was not enough. */
  readonly narrow?: () => Promise<readonly Stretch[]>
}

/** What one statement of a walk found. */
interface Look {
  /** How many. */
  readonly rows: number
  /** The lowest place found, when the statement may have left rows behind. */
  readonly leftBelow?: number
  /** The walk has what it came for, and its last row was here. */
  readonly doneAt?: number
}

/**
 * Why a walk ended: with all that was wanted, the last of it at `at`; at the bottom of its course; or without time left,
 * with everything from `at` up looked at.
 */
export type End = { readonly kind: 'done' | 'time'; readonly at: number } | { readonly kind: 'bottom' }

/** Walks down courses within one budget. */
export interface Walker {
  /** The newest rows from `top` down, at most `limit`. */
  collect(
    course: Course,
    top: number,
    limit: number,
  ): Promise<{ readonly items: readonly StoredEvent[]; readonly end: End }>
  /** The same as lines of a CSV file. */
  csv(
    course: Course,
    top: number,
    limit: number,
  ): Promise<{ readonly texts: readonly string[]; readonly events: number; readonly end: End }>
  /** How many rows there are from `top` down, at most `cap`. */
  count(course: Course, top: number, cap: number): Promise<{ readonly counted: number; readonly end: End }>
}

const FIRST_COUNT = 2_500
/** What a statement may take beyond the budget before the server gives up on it. */
const GRACE_MS = 100
/** More rows than this are not counted without such a limit, even where an index holds them all. */
const LONG_COUNT = 20_000

/** Walks by the statements of a reader until a budget is spent. */
export function createWalker(reader: EventReader, budget: Budget): Walker {
  const pace = createPace(budget)
  return {
    async collect(course, top, limit) {
      const items: StoredEvent[] = []
      const end = await walk({ reader, budget, pace, course, top }, async (scan) => {
        const rows = await reader.page({ ...scan, limit: limit - items.length })
        if (rows === undefined) return undefined
        items.push(...rows)
        const last = rows.at(-1)
        return { rows: rows.length, ...(items.length >= limit && last && { doneAt: placeOf(course, last) }) }
      })
      return { items, end }
    },
    csv: (course, top, limit) => walkCsv({ reader, budget, pace, course, top }, limit),
    async count(course, top, cap) {
      let counted = 0
      let step = FIRST_COUNT
      const end = await walk({ reader, budget, pace, course, top }, async (scan) => {
        const limit = Math.min(step, cap - counted)
        const found = await reader.count({
          ...scan,
          limit,
          ...(limit > LONG_COUNT && scan.withinMs === undefined && { withinMs: budget.leftMs() + GRACE_MS }),
        })
        if (found === undefined) return undefined
        const { events, lowest } = found
        counted += events
        step *= 4
        if (lowest === undefined || events < limit) return { rows: events }
        return { rows: events, ...(counted >= cap ? { doneAt: lowest } : { leftBelow: lowest }) }
      })
      return { counted, end }
    },
  }
}

async function walkCsv(along: Walk, limit: number): ReturnType<Walker['csv']> {
  const texts: string[] = []
  let events = 0
  const end = await walk(along, async (scan) => {
    const found = await along.reader.csv({ ...scan, limit: limit - events })
    if (found === undefined) return undefined
    texts.push(...found.texts)
    events += found.events
    return { rows: found.events, ...(events >= limit && found.lowest !== undefined && { doneAt: found.lowest }) }
  })
  return { texts, events, end }
}

interface Walk {
  readonly reader: EventReader
  readonly budget: Budget
  readonly pace: Pace
  readonly course: Course
  readonly top: number
}

async function walk(
  { reader, budget, pace, course, top }: Walk,
  look: (scan: Omit<Scan, 'limit'>) => Promise<Look | undefined>,
): Promise<End> {
  const { workspaceId, terms } = course
  const legs = createLegs({ reader, terms, budget, pace, shards: shardsOf(reader, course) })
  let stretches = course.stretches
  let narrow = course.narrow
  let place = top
  for (let stretch = next(stretches, place); stretch; stretch = next(stretches, place)) {
    if (budget.leftMs() <= 0) return { kind: 'time', at: place + 1 }
    const leg = await legs.next({ first: stretch.first, last: Math.min(place, stretch.last) }, stretch.path)
    const { path, spans, withinMs } = leg
    const began = budget.nowMs()
    const scan = { workspaceId, spans, path, terms, ...(withinMs !== undefined && { withinMs }) }
    const seen: Look | undefined = spans.length === 0 ? { rows: 0 } : await look(scan) // undefined: the server gave up
    legs.ended(leg, seen?.rows)
    if (seen === undefined && leg.isOptional) continue
    if (seen === undefined) return { kind: 'time', at: place + 1 }
    if (seen.doneAt !== undefined) return { kind: 'done', at: seen.doneAt }
    pace.took(budget.nowMs() - began, leg.places)
    place = (seen.leftBelow ?? leg.bottom) - 1
    if (narrow) stretches = await narrow()
    narrow = undefined
  }
  return { kind: 'bottom' }
}

function next(stretches: readonly Stretch[], place: number): Stretch | undefined {
  return stretches.find(({ first, last }) => first <= place && first <= last)
}

/** The parts of the newest shards that a range touches, newest first; at most `most` of them. */
function shardsOf(reader: EventReader, { workspaceId, shards }: Course) {
  let known = shards
  const holderOf = (place: number) => known.find(({ first, last }) => first <= place && place <= last)

  async function ask(place: number): Promise<ShardSpan | undefined> {
    known = [...known, ...(await reader.shardsBelow(workspaceId, place + 1))]
    return holderOf(place)
  }

  return async (range: Range, most: number): Promise<ShardSpan[]> => {
    const spans: ShardSpan[] = []
    let last = range.last
    while (last >= range.first && spans.length < most) {
      const holder = holderOf(last) ?? (await ask(last))
      if (holder === undefined) break
      spans.push({ shard: holder.shard, first: Math.max(holder.first, range.first), last })
      last = holder.first - 1
    }
    return spans
  }
}

function placeOf({ workspaceId }: Course, event: StoredEvent): number {
  return workspaceId === undefined ? event.log_index : event.workspace_seq
}
