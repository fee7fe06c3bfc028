import { type ActionTerm, actionTerm } from '../model/action'
import type { Result } from '../model/event'
import { RESULTS } from '../model/event'
import { normalAddress } from '../model/address'
import { type S2Status, statusOf } from '../model/views'

/**
 * What a reader asks for; an event must meet all that is given. It compiles twice, to SQL and to a predicate, both from
 * {@link FilterTerms}, so that a list and a live stream agree. The workspace is never part of a filter.
 */
export interface EventFilter {
  /** Any of these: a verb (`create`, `LOGIN_FAILED`), a glob over the stored action (`env.*`), or an action as stored. */
  readonly actions?: readonly string[]
  readonly actorType?: string
  readonly actorId?: string
  /** Compared as given and in lower case. */
  readonly actorEmail?: string
  /** Any of these, each compared as given, in lower and in upper case: `PROJECT` finds what is stored as `project`. */
  readonly resourceTypes?: readonly string[]
  readonly resourceId?: string
  /** The resource's id or its name. */
  readonly resource?: string
  readonly issue?: string
  readonly project?: string
  /** Any of these. */
  readonly results?: readonly Result[]
  /** SUCCESS asks for the result `success`, FAILED for every other. */
  readonly status?: S2Status
  /** An address in any notation. */
  readonly ip?: string
  /**
   * A piece of text within the action, the actor's id, e-mail or name, or the resource's type, id or name. ASCII letters
   * match in either case.
   */
  readonly search?: string
  /** Not earlier than this, in milliseconds since 1970. */
  readonly from?: number
  /** Earlier than this, in milliseconds since 1970. */
  readonly to?: number
  /** Each of these as well: what the members above have no room for, such as two patterns that an action must both meet. */
  readonly also?: readonly EventFilter[]
  /** None of these. An event that lacks what one of them asks for does not meet it, and so is found. */
  readonly not?: readonly EventFilter[]
}

/**
 * A filter with every question of notation decided: texts are compared as they stand, lists mean "any of", an absent
 * member asks for nothing, and an empty list can match nothing.
 */
export interface FilterTerms {
  readonly actions?: readonly ActionTerm[]
  readonly actorType?: string
  readonly actorId?: string
  readonly actorEmails?: readonly string[]
  readonly resourceTypes?: readonly string[]
  readonly resourceId?: string
  readonly resource?: string
  readonly issue?: string
  readonly project?: string
  readonly results?: readonly Result[]
  readonly ip?: string
  /** ASCII letters already in lower case; look for it in {@link SEARCHED_COLUMNS} folded the same way. */
  readonly search?: string
  readonly from?: number
  readonly to?: number
  readonly also?: readonly FilterTerms[]
  readonly not?: readonly FilterTerms[]
}

/** The columns that `search` looks into. In SQL fold them by `lower(… collate "C")`, which knows ASCII only. */
export const SEARCHED_COLUMNS = [
  'action',
  'actor_id',
  'actor_email',
  'actor_name',
  'resource_type',
  'resource_id',
  'resource_name',
] as const

/** Decides the notation of a filter, once, for both compilers. */
export function filterTerms(filter: EventFilter): FilterTerms {
  const { actions, actorEmail, resourceTypes, results, status, ip, search, also, not, ...plain } = filter
  return {
    ...plain,
    ...(actions && { actions: actions.map(actionTerm) }),
    ...(actorEmail !== undefined && { actorEmails: distinct([actorEmail, actorEmail.toLowerCase()]) }),
    ...(resourceTypes && { resourceTypes: distinct(resourceTypes.flatMap(caseForms)) }),
    ...((results ?? status) && { results: resultsOf(results ?? RESULTS, status) }),
    ...(ip !== undefined && { ip: normalAddress(ip) ?? ip }),
    ...(search !== undefined && { search: foldAscii(search) }),
    ...(also && { also: also.map(filterTerms) }),
    ...(not && { not: not.map(filterTerms) }),
  }
}

/** What meets two filters. What both ask of the same member goes into `also`, all else stays where an index finds it. */
export function bothOf(one: EventFilter, other: EventFilter): EventFilter {
  const { from, to, also = [], not = [], ...rest } = other
  const isTaken = (name: string): boolean => one[name as keyof EventFilter] !== undefined
  const again = Object.entries(rest).filter(([name]) => isTaken(name))
  const both = {
    also: [...(one.also ?? []), ...also, ...(again.length > 0 ? [Object.fromEntries(again) as EventFilter] : [])],
    not: [...(one.not ?? []), ...not],
  }
  return {
    ...rest,
    ...one,
    ...(from !== undefined && { from: Math.max(from, one.from ?? from) }),
    ...(to !== undefined && { to: Math.min(to, one.to ?? to) }),
    ...(both.also.length > 0 && { also: both.also }),
    ...(both.not.length > 0 && { not: both.not }),
  }
}

/** `text` with its ASCII letters in lower case and all others as they are. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function resultsOf(results: readonly Result[], status: S2Status | undefined): readonly Result[] {
  return status === undefined ? results : results.filter((result) => statusOf(result) === status)
}

function caseForms(text: string): readonly string[] {
  return [text, text.toLowerCase(), text.toUpperCase()]
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
