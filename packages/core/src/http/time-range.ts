import type { EventFilter } from '../filter/filter'
import { endOf, type Moment, startOf } from '../model/moment'
import { problem, type Problem } from './problem'

/** The two ends of a range with the names that the caller knows them by. */
export interface RangeQuestion {
  readonly from: { readonly name: string; readonly moment: Moment | undefined }
  readonly to: { readonly name: string; readonly moment: Moment | undefined }
  readonly nowMs: number
}

/**
 * The times that a range includes. The end includes what was written at its own precision: `to=2024-01-31` takes in all
 * of that day (UTC), `to=2024-01-31T23:59:59Z` all of that second.
 */
export function timeRange({ from, to, nowMs }: RangeQuestion): Pick<EventFilter, 'from' | 'to'> | Problem {
  const first = from.moment && startOf(from.moment, nowMs)
  const end = to.moment && endOf(to.moment, nowMs)
  if (first !== undefined && end !== undefined && first >= end) {
    return problem('ERR_PARAMETER_CONFLICT', `"${from.name}" is later than "${to.name}".`, {
      parameter: from.name,
      remedy: `Give a "${from.name}" that is earlier than "${to.name}".`,
    })
  }
  return { ...(first !== undefined && { from: first }), ...(end !== undefined && { to: end }) }
}
