import { actionMatches, type ActionTerm } from '../model/action'
import type { EventRow } from '../model/event'
import { type EventFilter, type FilterTerms, filterTerms, foldAscii, SEARCHED_COLUMNS } from './filter'

/** Whether an event meets a filter. For many events compile once with {@link predicateOf}. */
export function matches(filter: EventFilter, row: EventRow): boolean {
  return meets(filterTerms(filter), row)
}

/** Compiles a filter to a predicate; it agrees with the SQL compiled from the same filter. */
export function predicateOf(filter: EventFilter): (row: EventRow) => boolean {
  const terms = filterTerms(filter)
  return (row) => meets(terms, row)
}

function meets(terms: FilterTerms, row: EventRow): boolean {
  return (
    meetsTime(terms, row) &&
    is(terms.actorType, row.actor_type) &&
    is(terms.actorId, row.actor_id) &&
    is(terms.resourceId, row.resource_id) &&
    is(terms.issue, row.issue_id) &&
    is(terms.project, row.project) &&
    is(terms.ip, row.ip) &&
    isOneOf(terms.actorEmails, row.actor_email) &&
    isOneOf(terms.resourceTypes, row.resource_type) &&
    isOneOf(terms.results, row.result) &&
    (terms.resource === undefined || row.resource_id === terms.resource || row.resource_name === terms.resource) &&
    (terms.actions === undefined || terms.actions.some((term) => meetsAction(term, row))) &&
    (terms.search === undefined || isFound(terms.search, row)) &&
    meetsWithin(terms, row)
  )
}

function meetsTime({ from, to }: FilterTerms, { occurred_at: ms }: EventRow): boolean {
  return (from === undefined || ms >= from) && (to === undefined || ms < to)
}

function meetsWithin({ also = [], not = [] }: FilterTerms, row: EventRow): boolean {
  return also.every((terms) => meets(terms, row)) && !not.some((terms) => meets(terms, row))
}

function is(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted === value
}

function isOneOf(wanted: readonly string[] | undefined, value: string | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value))
}

function meetsAction(term: ActionTerm, row: EventRow): boolean {
  if (term.kind === 'glob') return actionMatches(term.glob, row.action)
  return row.action === term.action || (term.kind === 'verb' && term.verbs.includes(row.verb))
}

function isFound(folded: string, row: EventRow): boolean {
  return SEARCHED_COLUMNS.some((column) => {
    const text = row[column]
    return text !== undefined && foldAscii(text).includes(folded)
  })
}
