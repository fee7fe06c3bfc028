import { normalAddress } from '../model/address'
import { RESULTS, type Result } from '../model/event'
import { endOf, type Moment, readMoment, startOf } from '../model/moment'
import { nearest } from '../model/nearest'
import { bothOf, type EventFilter } from './filter'
import { byActor, byEnvironment, byUser } from './named'
import { type Token, tokensOf } from './tokens'

/** Where a filter cannot be understood. */
export interface FilterFault {
  readonly kind: 'fault'
  /** The character, counted from 1. */
  readonly at: number
  /** What stands there; empty at the end. */
  readonly found: string
  /** What should, in words. */
  readonly expected: string
}

/** Conditions at most: each costs time on every row that is looked at. */
const MOST_CONDITIONS = 20

/**
 * Reads a filter as people write it: `actor.type=agent and result!=success and timestamp>=7d`. Conditions joined by `and`,
 * each a field, an operator and a value; a value that has blanks or signs in it stands in quotes, where `\` takes the next
 * character as it is. Fields have the names of the list's parameters, or of the members of an event as it is shown.
 *
 * @param nowMs what durations count back from, in milliseconds since 1970
 */
export function parseFilter(text: string, nowMs: number): EventFilter | FilterFault {
  const tokens = tokensOf(text)
  const next = (): Token => tokens.next().value
  let filter: EventFilter = {}
  for (let count = 1; ; count++) {
    const condition = readCondition({ name: next(), operator: next(), value: next() }, nowMs)
    if (isFault(condition)) return condition
    filter = bothOf(filter, condition)
    const joint = next()
    if (joint.kind === 'end') return filter
    if (count === MOST_CONDITIONS) return fault(joint, `the end after ${MOST_CONDITIONS} conditions`)
    if (joint.kind !== 'word' || joint.text.toLowerCase() !== 'and') return fault(joint, '"and" or the end')
  }
}

/** Whether a text could not be read. */
export function isFault(read: EventFilter | FilterFault): read is FilterFault {
  return 'kind' in read
}

interface Condition {
  readonly name: Token
  readonly operator: Token
  readonly value: Token
}

function readCondition({ name, operator, value }: Condition, nowMs: number): EventFilter | FilterFault {
  const field = name.kind === 'word' && Object.hasOwn(FIELDS, name.text) ? FIELDS[name.text] : undefined
  if (field === undefined) return fault(name, fieldInWords(name))
  const { operators = ['=', '!='], read, takes } = field
  if (operator.kind !== 'operator' || !operators.includes(operator.text)) {
    return fault(operator, `one of ${operators.join(' ')} after "${name.text}"`)
  }
  if ((value.kind !== 'word' && value.kind !== 'quoted') || value.value === '') {
    return fault(value, value.kind === 'open' ? 'a closing quote' : takes)
  }
  const isNot = operator.text === '!='
  const filter = read(value.value, { operator: isNot ? '=' : operator.text, nowMs })
  if (filter === undefined) return fault(value, takes)
  return isNot ? { not: [filter] } : filter
}

function fieldInWords({ kind, text }: Token): string {
  const names = Object.keys(FIELDS)
  const meant = kind === 'word' ? nearest(text, names) : undefined
  return meant === undefined ? `a field (${names.join(', ')})` : `a field, such as "${meant}"`
}

function fault({ at, text }: Token, expected: string): FilterFault {
  return { kind: 'fault', at, found: text, expected }
}

interface Compared {
  readonly operator: string
  readonly nowMs: number
}

interface Field {
  /** Default: `=` and `!=`. */
  readonly operators?: readonly string[]
  /** What its value is, in words. */
  readonly takes: string
  /** `undefined` for a value that it cannot have; `!=` is asked as `=`. */
  read(value: string, compared: Compared): EventFilter | undefined
}

const FIELDS: Readonly<Record<string, Field>> = {
  action: { takes: 'an action, a verb or a glob such as env.*', read: (text) => ({ actions: [text] }) },
  actor: { takes: 'a type, or a type and an id such as service-account:ci-pipeline', read: byActor },
  'actor.type': { takes: 'a type such as agent', read: (actorType) => ({ actorType }) },
  'actor.id': { takes: 'an id', read: (actorId) => ({ actorId }) },
  'actor.email': { takes: 'an e-mail address', read: (actorEmail) => ({ actorEmail }) },
  'actor.ip_address': { takes: 'an IP address', read: byAddress },
  user: { takes: 'an e-mail address or an id', read: byUser },
  resource: { takes: 'an id or a name', read: (resource) => ({ resource }) },
  'resource.type': { takes: 'a type such as project', read: (type) => ({ resourceTypes: [type] }) },
  'resource.id': { takes: 'an id', read: (resourceId) => ({ resourceId }) },
  env: { takes: 'an id or a name', read: byEnvironment },
  project: { takes: 'a project', read: (project) => ({ project }) },
  issue_id: { takes: 'an id', read: (issue) => ({ issue }) },
  result: { takes: `one of ${RESULTS.join(', ')}`, read: byResult },
  timestamp: {
    operators: ['=', '!=', '<', '<=', '>', '>='],
    takes: 'a time such as 2024-01-31, or a duration back from now such as 7d',
    read: byTime,
  },
}

function byAddress(text: string): EventFilter | undefined {
  const ip = normalAddress(text)
  return ip === undefined ? undefined : { ip }
}

function byResult(text: string): EventFilter | undefined {
  return RESULTS.some((result) => result === text) ? { results: [text as Result] } : undefined
}

/** A time is as long as it is written: later than a day is later than all of it. */
function byTime(text: string, { operator, nowMs }: Compared): EventFilter | undefined {
  const moment = readMoment(text)
  return moment && within(operator, moment, nowMs)
}

function within(operator: string, moment: Moment, nowMs: number): EventFilter {
  const [start, end] = [startOf(moment, nowMs), endOf(moment, nowMs)]
  if (operator === '>=') return { from: start }
  if (operator === '>') return { from: end }
  if (operator === '<') return { to: start }
  return operator === '<=' ? { to: end } : { from: start, to: end }
}
