import { ActrailError } from '../errors'
import { verbOf } from '../model/action'
import { normalAddress } from '../model/address'
import {
  type Actor,
  type EventInput,
  type EventRow,
  type JsonObject,
  type OnBehalfOf,
  type Resource,
  type Result,
  RESULTS,
} from '../model/event'
import { carriesTime, readId } from '../model/id'
import { isStorableTime, readInstant } from '../model/instant'
import { cleanText } from '../model/text'

/** What {@link normaliseEvent} needs beside the event. */
export interface NormalFormDefaults {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly nextId: () => string
  /** Takes secrets out, and makes anything storable; `object` answers `undefined` for what has no members. */
  readonly redactor: {
    object(value: unknown): JsonObject | undefined
    text(text: string, maxBytes?: number): string
  }
  /** Source of an event that names none. Default: `record`. */
  readonly source?: string
  /** Workspace of an event that names none. Default: `default`. */
  readonly workspace?: string
}

/** Longest texts in bytes of UTF-8; what is longer is clipped between two code points. */
const MAX_BYTES = { id: 256, email: 320, name: 512, userAgent: 512, requestId: 256 } as const

const TRACE_ID = /^[0-9a-f]{32}$/

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Brings an event into its one normal form, the row that is hashed and stored: clean and clipped texts, addresses by RFC
 * 5952, ids in lower case, times in whole milliseconds, durations in whole microseconds, nested values redacted and
 * capped. What cannot be brought into form is left out, and a result that is none becomes `unknown`. Doing it twice
 * changes nothing.
 *
 * @throws ActrailError ERR_EVENT_INVALID when the action, the id or the time cannot be used
 */
export function normaliseEvent(input: EventInput, defaults: NormalFormDefaults): EventRow {
  const { redactor } = defaults
  const action = actionOf(input.action)
  const result = resultOf(input.result)
  const row: Mutable<EventRow> = {
    v: 1,
    id: idOf(input.id, defaults),
    occurred_at: timeOf(input.occurredAt, defaults),
    workspace_id: short(input.workspace) ?? defaults.workspace ?? 'default',
    action,
    verb: verbIn(input.verb) ?? short(verbOf(action, result)) ?? 'OTHER',
    result,
    source: short(input.source) ?? defaults.source ?? 'record',
  }
  setActor(row, input.actor, redactor)
  setResource(row, input.resource, redactor)
  setText(row, 'issue_id', short(input.issue))
  setText(row, 'project', short(input.project))
  setOrigin(row, input)
  setNested(row, 'on_behalf_of', principalOf(input.onBehalfOf))
  if (isStatus(input.statusCode)) row.status_code = input.statusCode
  if (isDuration(input.durationUs)) row.duration_us = Math.round(input.durationUs)
  setNested(row, 'context', redactor.object(input.context))
  setNested(row, 'details', redactor.object(input.details))
  setNested(row, 'changes', redactor.object(input.changes))
  return row
}

function setActor(row: Mutable<EventRow>, actor: Actor | undefined, redactor: NormalFormDefaults['redactor']): void {
  if (!actor) return
  setText(row, 'actor_type', short(actor.type))
  setText(row, 'actor_id', short(actor.id))
  setText(row, 'actor_email', clean(actor.email, MAX_BYTES.email))
  setText(row, 'actor_name', redacted(actor.name, redactor))
}

function setResource(
  row: Mutable<EventRow>,
  resource: Resource | undefined,
  redactor: NormalFormDefaults['redactor'],
): void {
  if (!resource) return
  setText(row, 'resource_type', short(resource.type))
  setText(row, 'resource_id', short(resource.id))
  setText(row, 'resource_name', redacted(resource.name, redactor))
}

function setOrigin(row: Mutable<EventRow>, input: EventInput): void {
  setText(row, 'ip', typeof input.ip === 'string' ? normalAddress(input.ip) : undefined)
  setText(row, 'user_agent', clean(input.userAgent, MAX_BYTES.userAgent))
  setText(row, 'request_id', clean(input.requestId, MAX_BYTES.requestId))
  setText(row, 'intent_id', typeof input.intentId === 'string' ? readId(input.intentId) : undefined)
  const traceId = typeof input.traceId === 'string' ? input.traceId.toLowerCase() : ''
  if (TRACE_ID.test(traceId)) row.trace_id = traceId
}

type TextColumn = {
  [K in keyof EventRow]-?: [string | undefined] extends [EventRow[K]] ? K : never
}[keyof EventRow]

type JsonColumn = 'context' | 'details' | 'changes' | 'on_behalf_of'

// Absent columns stay absent, rather than undefined: rows are compared, spread and hashed.
function setText(row: Mutable<EventRow>, column: TextColumn, text: string | undefined): void {
  if (text !== undefined) row[column] = text
}

function setNested(row: Mutable<EventRow>, column: JsonColumn, value: JsonObject | undefined): void {
  if (value !== undefined) row[column] = value
}

function principalOf(principal: OnBehalfOf | undefined): JsonObject | undefined {
  const type = short(principal?.type)
  const id = short(principal?.id)
  return type === undefined && id === undefined ? undefined : { ...(type && { type }), ...(id && { id }) }
}

function actionOf(action: unknown): string {
  const text = typeof action === 'string' ? cleanText(action, MAX_BYTES.id) : ''
  if (text.trim() === '') throw invalid('An event needs an action, such as "issue.updated".')
  return text
}

// A letter may take more bytes in upper case.
function verbIn(verb: unknown): string | undefined {
  return short(short(verb)?.toUpperCase())
}

function idOf(id: unknown, { nextId }: NormalFormDefaults): string {
  if (id === undefined) return nextId()
  const uuid = typeof id === 'string' ? readId(id) : undefined
  if (uuid !== undefined && carriesTime(uuid)) return uuid
  throw invalid('The id of an event must be a UUIDv7, with or without "evt_". Leave it out to get a new one.')
}

function timeOf(time: unknown, { now }: NormalFormDefaults): number {
  if (time === undefined) return now()
  const ms = typeof time === 'number' ? time : instantOf(time)
  if (ms !== undefined && isStorableTime(ms)) return ms
  throw invalid('occurredAt must be a Date or a time such as "2024-01-15T14:32:01Z", between the years 1900 and 9999.')
}

function instantOf(time: unknown): number | undefined {
  if (time instanceof Date) return time.getTime()
  return typeof time === 'string' ? readInstant(time) : undefined
}

function resultOf(result: Result | undefined): Result {
  if (result === undefined) return 'success'
  return RESULTS.includes(result) ? result : 'unknown'
}

function short(text: unknown): string | undefined {
  return clean(text, MAX_BYTES.id)
}

function clean(text: unknown, maxBytes: number): string | undefined {
  if (typeof text === 'string') return text === '' ? undefined : cleanText(text, maxBytes) || undefined
  // Ids are numbers in many databases.
  return typeof text === 'number' || typeof text === 'bigint' ? String(text) : undefined
}

function redacted(text: unknown, redactor: NormalFormDefaults['redactor']): string | undefined {
  return typeof text === 'string' ? redactor.text(text, MAX_BYTES.name) || undefined : undefined
}

function isStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 599
}

function isDuration(durationUs: unknown): durationUs is number {
  return typeof durationUs === 'number' && durationUs >= 0 && durationUs <= Number.MAX_SAFE_INTEGER
}

function invalid(message: string): ActrailError {
  return new ActrailError('ERR_EVENT_INVALID', message)
}
