import { type FilterTerms, SEARCHED_COLUMNS } from '../../filter/filter'
import { type ActionTerm, globToLike } from '../../model/action'
import { normalAddress } from '../../model/address'
import { isStorableTime } from '../../model/instant'
import type { Bindings } from './bind'

const NEVER = 'false'
const EARLIEST_MS = Date.UTC(1900, 0, 1)
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

type Compilers = {
  readonly [Term in keyof FilterTerms]-?: (value: NonNullable<FilterTerms[Term]>, bind: Bind) => string
}
type Bind = Bindings['bind']

const COMPILERS: Compilers = {
  from: (ms, bind) => (ms < EARLIEST_MS ? 'true' : instant('>=', ms, bind)),
  to: (ms, bind) => (ms > LATEST_MS ? 'true' : instant('<', ms, bind)),
  actorType: (text, bind) => equals('e.actor_type', text, bind),
  actorId: (text, bind) => equals('e.actor_id', text, bind),
  actorEmails: (texts, bind) => isOneOf('e.actor_email', texts, bind),
  resourceTypes: (texts, bind) => isOneOf('e.resource_type', texts, bind),
  resourceId: (text, bind) => equals('e.resource_id', text, bind),
  resource: (text, bind) => anyOf([equals('e.resource_id', text, bind), equals('e.resource_name', text, bind)]),
  issue: (text, bind) => equals('e.issue_id', text, bind),
  project: (text, bind) => equals('e.project', text, bind),
  results: (results, bind) => isOneOf('e.result', results, bind),
  ip: (text, bind) => (normalAddress(text) === text ? `e.ip = ${bind(text)}` : NEVER),
  actions: (terms, bind) => actionsToSql(terms, bind, 'e'),
  search: (text, bind) =>
    isStorable(text)
      ? anyOf(SEARCHED_COLUMNS.map((column) => `strpos(lower(e.${column} collate "C"), ${bind(text)}) > 0`))
      : NEVER,
  also: (all, bind) => (all.every(isPossible) ? all.map((terms) => allOf(terms, bind)).join(' and ') || 'true' : NEVER),
  not: (all, bind) => all.map((terms) => `not (${allOf(terms, bind)})`).join(' and ') || 'true',
}

/**
 * A filter as conditions on a row named `e`; it agrees with the predicate compiled from the same terms. Each is wrapped
 * so that no index fits it: which index serves a list is decided by its access path, never by a planner's statistics.
 *
 * @param covered terms that the access path already guarantees
 */
export function filterToSql(
  terms: FilterTerms,
  bindings: Bindings,
  covered: readonly (keyof FilterTerms)[] = [],
): string[] {
  return conditionsOf(terms, bindings.bind, covered)
}

// Never null, so that `not` means in SQL what it means in the predicate.
function conditionsOf(terms: FilterTerms, bind: Bind, covered: readonly (keyof FilterTerms)[]): string[] {
  const conditions: string[] = []
  for (const name of Object.keys(terms) as (keyof FilterTerms)[]) {
    if (covered.includes(name) || terms[name] === undefined) continue
    const compile = COMPILERS[name] as (value: unknown, bind: Bind) => string
    conditions.push(`(${compile(terms[name], bind)}) is true`)
  }
  return conditions
}

function allOf(terms: FilterTerms, bind: Bind): string {
  return conditionsOf(terms, bind, []).join(' and ') || 'true'
}

function isPossible(terms: FilterTerms): boolean {
  return possibleTerms(terms) !== undefined
}

/**
 * The terms without texts that cannot have been stored, which Postgres would refuse; `undefined` when nothing at all can
 * meet them, so that no statement is needed.
 */
export function possibleTerms(terms: FilterTerms): FilterTerms | undefined {
  const { actions, actorEmails, resourceTypes } = terms
  const possible: FilterTerms = {
    ...terms,
    ...(actions && { actions: actions.filter((term) => isStorable(term.kind === 'glob' ? term.glob : term.action)) }),
    ...(actorEmails && { actorEmails: actorEmails.filter(isStorable) }),
    ...(resourceTypes && { resourceTypes: resourceTypes.filter(isStorable) }),
  }
  const isNever = Object.entries(possible).some(([name, value]) => {
    const compile = COMPILERS[name as keyof FilterTerms] as (value: unknown, bind: Bind) => string
    return value !== undefined && compile(value, () => '$') === NEVER
  })
  return isNever ? undefined : possible
}

/** The terms of `actions` as a condition on a row with the columns `action` and `verb`. */
export function actionsToSql(terms: readonly ActionTerm[], bind: Bind, row: string): string {
  const conditions: string[] = []
  const texts = terms.flatMap((term) => (term.kind === 'glob' ? [] : [term.action])).filter(isStorable)
  const verbs = terms.flatMap((term) => (term.kind === 'verb' ? term.verbs : [])).filter(isStorable)
  const globs = terms.flatMap((term) => (term.kind === 'glob' ? [term.glob] : [])).filter(isStorable)
  if (texts.length > 0) conditions.push(`${row}.action = any(${bind(texts)}::text[])`)
  if (verbs.length > 0) conditions.push(`${row}.verb = any(${bind(verbs)}::text[])`)
  if (globs.length > 0) conditions.push(`${row}.action like any(${bind(globs.map(globToLike))}::text[])`)
  return anyOf(conditions)
}

/** Whether text could have been stored at all: no NUL, no lone surrogate (which the driver would turn into U+FFFD). */
function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}

function equals(column: string, text: string, bind: Bind): string {
  return isStorable(text) ? `${column} = ${bind(text)}` : NEVER
}

function isOneOf(column: string, texts: readonly string[], bind: Bind): string {
  const storable = texts.filter(isStorable)
  return storable.length > 0 ? `${column} = any(${bind(storable)}::text[])` : NEVER
}

function anyOf(conditions: readonly string[]): string {
  const possible = conditions.filter((condition) => condition !== NEVER)
  return possible.length > 0 ? possible.join(' or ') : NEVER
}

/** A time as text for Postgres, moved into the years that the log can hold. */
export function storableTime(ms: number): string {
  return new Date(Math.min(Math.max(Math.ceil(ms), EARLIEST_MS), LATEST_MS)).toISOString()
}

// As text, because to_timestamp() works in double precision. Times are whole milliseconds: 1.5 is passed by 2.
function instant(operator: '>=' | '<', ms: number, bind: Bind): string {
  const whole = Math.ceil(ms)
  return isStorableTime(whole) ? `e.occurred_at ${operator} ${bind(new Date(whole).toISOString())}::timestamptz` : NEVER
}
