import type { FilterTerms } from '../filter/filter'
import { type AccessPath, pathBy, pathsOf } from '../store/read/access-path'
import type { EventReader, KindTotals, Located, QuarterTotals, Range, RollupTotals } from '../store/read/event-reader'
import type { Course, Stretch } from './walk'

const QUARTER_MS = 15 * 60_000
/** What an index that nothing is known of is taken to hold for one value. */
const USUAL_ROWS = 5_000

/** A course and what was learned while it was chosen. */
export interface Plan {
  readonly course: Course
  /** What the rollup knows of the kinds of events that the filter asks for, if it asks for any. */
  readonly kinds?: KindTotals
  /** What the rollup knows of the actor that the filter asks for, if that is its index. */
  readonly actor?: RollupTotals
  /** What the rollup knows of the filter's stretch of time, if it asks for one. */
  readonly quarters?: Quarters
}

/** A stretch of time in the rollup. */
export interface Quarters {
  /** All there is to know. Asked once. */
  all(): Promise<QuarterTotals | undefined>
  /** The same if it was asked for before or takes no longer than a page. */
  atHand(): Promise<QuarterTotals | undefined>
}

/** Rows of the rollup that are added up for a total alone; more take longer than a page. */
const MOST_ROWS = 20_000

/** Chooses where to look for the events of a workspace that meet a filter, and by which index. */
export async function plan(
  reader: EventReader,
  workspace: { readonly workspaceId: string; readonly located: Located },
  terms: FilterTerms,
): Promise<Plan> {
  const { workspaceId, located } = workspace
  const all: Range = { first: located.firstSeq, last: located.nextSeq - 1 }
  const [usual] = pathsOf(terms)
  const kinds = asksKinds(terms, usual) ? await reader.kindTotals(workspaceId, terms) : undefined
  const rolled = kinds ? narrowest({ terms, kinds, usual, all }) : usual
  const actor = asksActor(terms, rolled) ? await reader.actorTotals(workspaceId, terms) : undefined
  const known = kinds && actor ? both(kinds, actor) : (kinds ?? actor)
  const stretches = known ? byRollup(all, known, { recent: usual, rolled }) : [{ ...all, path: usual }]
  const course: Course = { workspaceId, terms, stretches, shards: located.shards }
  const learned = { ...(kinds && { kinds }), ...(actor && { actor }) }
  if (terms.from === undefined && terms.to === undefined) return { course, ...learned }
  const quarters = quartersOf(reader, workspaceId, terms)
  const narrow = async () => withinTime(stretches, await quarters.all())
  return { course: { ...course, narrow }, quarters, ...learned }
}

/** Times rounded to quarters of an hour, inwards. */
export function wholeQuarters({ from = -Infinity, to = Infinity }: FilterTerms): { from: number; to: number } {
  return { from: Math.ceil(from / QUARTER_MS) * QUARTER_MS, to: Math.floor(to / QUARTER_MS) * QUARTER_MS }
}

function quartersOf(reader: EventReader, workspaceId: string, terms: FilterTerms): Quarters {
  const whole = wholeQuarters(terms)
  let asked: Promise<QuarterTotals | undefined> | undefined
  return {
    all: () => (asked ??= reader.quarters(workspaceId, { terms, whole })),
    atHand: () => asked ?? reader.quarters(workspaceId, { terms, whole, mostRows: MOST_ROWS }),
  }
}

/**
 * Whether the rollup of kinds can say anything that the usual index does not say as well. It writes '' for types that
 * events do not have, so it cannot be asked for those that are empty.
 */
function asksKinds(terms: FilterTerms, { index }: AccessPath): boolean {
  if (terms.actorType === '' || terms.resourceTypes?.includes('') === true) return false
  if (terms.actions !== undefined || terms.results !== undefined || terms.actorType !== undefined) return true
  if (index === 'resource') return false
  return terms.resourceTypes !== undefined || terms.resourceId !== undefined
}

function asksActor({ actorType }: FilterTerms, { index }: AccessPath): boolean {
  return index === 'actor' && actorType !== ''
}

/** Where events must lie that two rollups know of. */
function both(one: RollupTotals, other: RollupTotals): Pick<RollupTotals, 'rolledTo' | 'range'> {
  const rolledTo = Math.min(one.rolledTo, other.rolledTo)
  if (!one.range || !other.range) return { rolledTo }
  const first = Math.max(one.range.first, other.range.first)
  const last = Math.min(one.range.last, other.range.last)
  return first > last ? { rolledTo } : { rolledTo, range: { first, last } }
}

/** What is not rolled up yet, then the range in which the rollup has seen anything. */
function byRollup(
  all: Range,
  { rolledTo, range }: Pick<RollupTotals, 'rolledTo' | 'range'>,
  { recent, rolled }: { readonly recent: AccessPath; readonly rolled: AccessPath },
): readonly Stretch[] {
  const tail = { first: Math.max(all.first, rolledTo), last: all.last, path: recent }
  if (range === undefined) return [tail]
  const first = Math.max(all.first, range.first)
  return [tail, { first, last: Math.min(all.last, range.last, rolledTo - 1), path: rolled }]
}

interface Choice {
  readonly terms: FilterTerms
  readonly kinds: KindTotals
  readonly usual: AccessPath
  readonly all: Range
}

/** The path with the fewest rows in it, by what the rollup knows. */
function narrowest({ terms, kinds, usual, all }: Choice): AccessPath {
  const events = all.last - all.first + 1
  const assumed = usual.index === 'seq' ? events : usual.index === 'project' ? events / 10 : USUAL_ROWS
  const failed = pathsOf(terms).find(({ index }) => index === 'failed')
  const action = pathBy('action', kinds.actions, kinds.metByActions)
  const resource = terms.resourceId === undefined ? undefined : pathBy('resource', kinds.resourceTypes, ['resourceId'])
  // The same rows lie closer together in the log than in an index, so half of them are not worth one.
  const candidates = [
    { path: usual, rows: usual.index === 'failed' || usual.index === 'action' ? Infinity : assumed },
    ...(action ? [{ path: action, rows: kinds.ofActions * 2 }] : []),
    ...(failed ? [{ path: failed, rows: kinds.byResult * 2 }] : []),
    ...(resource ? [{ path: withId(resource, terms), rows: USUAL_ROWS }] : []),
  ]
  return candidates.reduce((best, one) => (one.rows < best.rows ? one : best)).path
}

function withId(path: AccessPath, { resourceId }: FilterTerms): AccessPath {
  return { ...path, also: (bind) => `e.resource_id = ${bind(resourceId)}` }
}

function withinTime(stretches: readonly Stretch[], quarters: QuarterTotals | undefined): readonly Stretch[] {
  if (quarters === undefined) return stretches
  const wanted = [{ first: quarters.rolledTo, last: Number.MAX_SAFE_INTEGER }, ...quarters.ranges]
  const parts = wanted.flatMap((range) =>
    stretches.map(({ first, last, path }) => ({
      first: Math.max(first, range.first),
      last: Math.min(last, range.last),
      path,
    })),
  )
  return parts.filter(({ first, last }) => first <= last)
}
