import type { FilterTerms } from '../filter/filter'
import { type AccessPath, pathBy, pathsOf } from '../store/read/access-path'
import type { ActionTotals, EventReader, Located, Range, RollupTotals } from '../store/read/event-reader'
import type { Course, Stretch } from './walk'

/** An index is entered instead of a narrower looking one when it is known to hold no more rows than this. */
const FEW = 5_000

/** A course and what was learned while it was chosen. */
export interface Plan {
  readonly course: Course
  /** What the rollups know of the filter's `actions` and `results`, if it has any. */
  readonly actionTotals?: ActionTotals
}

/** Chooses where to look for the events of a workspace that meet a filter, and by which index. */
export async function plan(
  reader: EventReader,
  workspace: { readonly workspaceId: string; readonly located: Located },
  terms: FilterTerms,
): Promise<Plan> {
  const { workspaceId, located } = workspace
  const asksActions = terms.actions !== undefined || terms.results !== undefined
  const actionTotals = asksActions ? await reader.actionTotals(workspaceId, terms) : undefined
  const [usual] = pathsOf(terms)
  const all: Range = { first: located.firstSeq, last: located.nextSeq - 1 }
  const stretches = actionTotals
    ? byRollup(all, actionTotals, { recent: usual, rolled: narrowest(terms, actionTotals) })
    : [{ ...all, path: usual }]
  const course: Course = { workspaceId, terms, stretches, shards: located.shards }
  const asksTime = terms.from !== undefined || terms.to !== undefined
  if (!asksTime) return { course, ...(actionTotals && { actionTotals }) }
  const narrow = async () => withinTime(stretches, await reader.quarterRanges(workspaceId, terms))
  return { course: { ...course, narrow }, ...(actionTotals && { actionTotals }) }
}

interface Paths {
  /** For events that no rollup holds yet. */
  readonly recent: AccessPath
  readonly rolled: AccessPath
}

/** What is not rolled up yet, then the range in which the rollup has seen anything. */
function byRollup(all: Range, { rolledTo, range }: RollupTotals, { recent, rolled }: Paths): readonly Stretch[] {
  const tail = { first: Math.max(all.first, rolledTo), last: all.last, path: recent }
  if (range === undefined) return [tail]
  const first = Math.max(all.first, range.first)
  return [tail, { first, last: Math.min(all.last, range.last, rolledTo - 1), path: rolled }]
}

/** The usual path, unless the rollup knows that another one has (nearly) nothing in it. */
function narrowest(terms: FilterTerms, totals: ActionTotals): AccessPath {
  const [usual] = pathsOf(terms)
  const action = terms.actions && actionPath(totals)
  const failed = pathsOf(terms).find(({ index }) => index === 'failed')
  const isBroad =
    usual.index === 'failed' || usual.index === 'action' || usual.index === 'seq' || usual.index === 'project'
  const byFailed = failed ? { path: failed, events: totals.byResult } : undefined
  const byAction = action ? { path: action, events: totals.byAction } : undefined
  const better = [byAction, byFailed]
    .filter((one) => one !== undefined)
    .filter(({ events }) => isBroad || events <= FEW)
    .sort((a, b) => a.events - b.events)
  return better[0]?.path ?? usual
}

/** Verbs and globs as the stored actions that the rollup has found for them. */
function actionPath({ actions, areWhole }: ActionTotals): AccessPath | undefined {
  return pathBy('action', actions, areWhole ? ['actions'] : [])
}

function withinTime(
  stretches: readonly Stretch[],
  { rolledTo, ranges }: { rolledTo: number; ranges: readonly Range[] },
): readonly Stretch[] {
  const wanted = [{ first: rolledTo, last: Number.MAX_SAFE_INTEGER }, ...ranges]
  return wanted
    .flatMap((range) =>
      stretches.map(({ first, last, path }) => ({
        first: Math.max(first, range.first),
        last: Math.min(last, range.last),
        path,
      })),
    )
    .filter(({ first, last }) => first <= last)
}
