import type { FilterTerms } from '../filter/filter'
import type { EventReader, Located, Range, RollupTotals } from '../store/read/event-reader'
import { pathsOf } from '../store/read/access-path'
import { type Plan, wholeQuarters } from './course'
import type { Course, Walker } from './walk'

/** Totals are counted up to this, unless the rollups know them. */
const MOST_COUNTED = 10_000

/** How many events meet a filter: all of them, or at least so many. */
export interface Total {
  readonly total: number
  readonly totalRelation: 'exact' | 'at_least'
}

/** What a total is taken of, and by what means. */
export interface Totalling {
  readonly reader: EventReader
  readonly walker: Walker
  readonly located: Located
  readonly plan: Plan
}

/** Events that are already counted, from the newest down to a place: what is left begins at `top`. */
export interface Counted {
  readonly events: number
  readonly top: number
}

/** The total by the rollups where they know it, else by counting on from what is counted already. */
export async function totalOf(totalling: Totalling, counted: Counted): Promise<Total> {
  return (await knownTotal(totalling)) ?? (await countOn(totalling, counted))
}

async function countOn({ walker, plan }: Totalling, { events, top }: Counted): Promise<Total> {
  const cap = MOST_COUNTED - events
  if (cap <= 0) return { total: events, totalRelation: 'at_least' }
  const { counted, end } = await walker.count(plan.course, top, cap)
  return { total: events + counted, totalRelation: end.kind === 'bottom' ? 'exact' : 'at_least' }
}

async function knownTotal(totalling: Totalling): Promise<Total | undefined> {
  const { plan } = totalling
  const { terms } = plan.course
  if (consistsOf(terms, ['actions', 'results', 'actorType', 'resourceTypes']))
    return plan.kinds && withTail(totalling, plan.kinds)
  if (consistsOf(terms, ['actorId', 'actorType'])) return plan.actor && withTail(totalling, plan.actor)
  if (consistsOf(terms, ['actions', 'results', 'from', 'to'])) return timeTotal(totalling)
  return undefined
}

function consistsOf(terms: FilterTerms, names: readonly (keyof FilterTerms)[]): boolean {
  return Object.entries(terms).every(([name, value]) => value === undefined || names.some((one) => one === name))
}

/** What was rolled up and what was not yet; unknown when the rollup counts events that retention has removed. */
async function withTail(totalling: Totalling, { events, range, rolledTo }: RollupTotals): Promise<Total | undefined> {
  const { firstSeq, nextSeq } = totalling.located
  if (range && range.first < firstSeq) return undefined
  return sum(events, [await countWithin(totalling, { first: Math.max(rolledTo, firstSeq), last: nextSeq - 1 })])
}

/** Whole quarters of an hour from the rollup; the two that are cut, and what is not rolled up yet, by counting. */
async function timeTotal(totalling: Totalling): Promise<Total | undefined> {
  const { plan, located } = totalling
  const { from, to } = wholeQuarters(plan.course.terms)
  const known = from < to ? await plan.quarters?.atHand() : undefined
  if (known === undefined || (known.range && known.range.first < located.firstSeq)) return undefined
  const tail = { first: Math.max(known.rolledTo, located.firstSeq), last: located.nextSeq - 1 }
  const parts = [await countWithin(totalling, tail)]
  if (known.early) parts.push(await countWithin(totalling, known.early, { to: from }))
  if (known.late) parts.push(await countWithin(totalling, known.late, { from: to }))
  return sum(known.events, parts)
}

/** Counts within a range of places, by the path that needs no rollup. */
async function countWithin(
  { walker, plan }: Totalling,
  range: Range,
  time: Pick<FilterTerms, 'from' | 'to'> = {},
): Promise<Total> {
  if (range.first > range.last) return { total: 0, totalRelation: 'exact' }
  const { workspaceId, terms, shards } = plan.course
  const [path] = pathsOf(terms)
  const course: Course = { workspaceId, shards, terms: { ...terms, ...time }, stretches: [{ ...range, path }] }
  const { counted, end } = await walker.count(course, range.last, MOST_COUNTED)
  return { total: counted, totalRelation: end.kind === 'bottom' ? 'exact' : 'at_least' }
}

function sum(events: number, parts: readonly Total[]): Total {
  return {
    total: parts.reduce((all, { total }) => all + total, events),
    totalRelation: parts.every(({ totalRelation }) => totalRelation === 'exact') ? 'exact' : 'at_least',
  }
}
