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
import { readMembers } from '../model/members'
import { cleanText } from '../model/text'
import { DEFAULT_WORKSPACE } from '../model/workspaces'

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

/** Longest texts of a row in bytes of UTF-8; what is longer is clipped between two code points. */
export const MAX_BYTES = { id: 256, email: 320, name: 512, userAgent: 512, requestId: 256 } as const

const TRACE_ID = /^[0-9a-f]{32}$/

/**
 * Brings an event into its one normal form, the row that is hashed and stored: clean and clipped texts, addresses by RFC
 * 5952, ids in lower case, times in whole milliseconds, durations in whole microseconds, nested values redacted and
 * capped. What cannot be brought into form is left out, and a result that is none becomes `unknown`. Doing it twice
 * changes nothing.
 *
 * @throws ActrailError ERR_EVENT_INVALID when the action, the id or the time cannot be used
 */
export function normaliseEvent(input: EventInput, defaults: NormalFormDefaults): EventRow {
  try {
    return rowOf(input, defaults)
  } catch (error) {
    if (error instanceof ActrailError) throw error
    // A getter or a proxy of the caller's threw: what can be read of the event is kept.
    return rowOf(readEvent(input), defaults)
  }
}

const MEMBERS = Object.keys({
  ...{ id: true, action: true, verb: true, actor: true, onBehalfOf: true, resource: true, workspace: true },
  ...{ project: true, issue: true, result: true, statusCode: true, ip: true, userAgent: true, requestId: true },
  ...{ traceId: true, intentId: true, source: true, occurredAt: true, durationUs: true, context: true },
  ...{ details: true, changes: true },
} satisfies Record<keyof EventInput, true>) as (keyof EventInput)[]

/** What can be read of an event, each member once. Never throws. */
export function readEvent(input: EventInput): EventInput {
  const { actor, onBehalfOf, resource, ...rest } = readMembers(input, MEMBERS)
  return {
    ...rest,
    ...(actor !== undefined && { actor: readMembers(actor, ['type', 'id', 'email', 'name']) as Actor }),
    ...(onBehalfOf !== undefined && { onBehalfOf: readMembers(onBehalfOf, ['type', 'id']) as OnBehalfOf }),
    ...(resource !== undefined && { resource: readMembers(resource, ['type', 'id', 'name']) as Resource }),
  } as EventInput
}

function rowOf(input: EventInput, defaults: NormalFormDefaults): EventRow {
  const { redactor } = defaults
  const { actor, resource } = input
  const action = actionOf(input.action)
  const result = resultOf(input.result)
  // All columns at once, absent ones undefined: rows of one shape are made and encoded several times as fast.
  const row: Draft = {
    v: 1,
    id: idOf(input.id, defaults),
    occurred_at: timeOf(input.occurredAt, defaults),
    workspace_id: short(input.workspace) ?? defaults.workspace ?? DEFAULT_WORKSPACE,
    actor_type: short(actor?.type),
    actor_id: short(actor?.id),
    actor_email: cleanColumn(actor?.email, MAX_BYTES.email),
    actor_name: redacted(actor?.name, redactor),
    on_behalf_of: principalOf(input.onBehalfOf),
    action,
    verb: verbIn(input.verb) ?? short(verbOf(action, result)) ?? 'OTHER',
    resource_type: short(resource?.type),
    resource_id: short(resource?.id),
    resource_name: redacted(resource?.name, redactor),
    issue_id: short(input.issue),
    project: short(input.project),
    result,
    status_code: statusOf(input.statusCode),
    ip: addressOf(input.ip),
    user_agent: cleanColumn(input.userAgent, MAX_BYTES.userAgent),
    request_id: cleanColumn(input.requestId, MAX_BYTES.requestId),
    trace_id: traceIdOf(input.traceId),
    intent_id: linkOf(input.intentId),
    source: short(input.source) ?? defaults.source ?? 'record',
    duration_us: wholeUs(input.durationUs),
    context: redactor.object(input.context),
    details: redactor.object(input.details),
    changes: redactor.object(input.changes),
  }
  return row as EventRow
}

type Draft = { -readonly [K in keyof EventRow]-?: EventRow[K] | undefined }

/** A trace id in its normal form; undefined for what is none. */
export function traceIdOf(traceId: unknown): string | undefined {
  const text = typeof traceId === 'string' ? traceId.toLowerCase() : undefined
  return text !== undefined && TRACE_ID.test(text) ? text : undefined
}

function principalOf(principal: OnBehalfOf | undefined): JsonObject | undefined {
  if (principal === undefined) return undefined
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
  if (typeof time === 'string') return readInstant(time)
  try {
    return time instanceof Date ? time.getTime() : undefined
  } catch {
    return undefined
  }
}

function resultOf(result: Result | undefined): Result {
  if (result === undefined) return 'success'
  return RESULTS.includes(result) ? result : 'unknown'
}

function short(text: unknown): string | undefined {
  return cleanColumn(text, MAX_BYTES.id)
}

/** A text column in its normal form; undefined for what is none, or empty. */
export function cleanColumn(text: unknown, maxBytes: number): string | undefined {
  if (typeof text === 'string') return text === '' ? undefined : cleanText(text, maxBytes) || undefined
  // Ids are numbers in many databases.
  if (typeof text === 'bigint' && BigInt.asIntN(256, text) !== text) return undefined
  return typeof text === 'number' || typeof text === 'bigint' ? String(text) : undefined
}

function redacted(text: unknown, redactor: NormalFormDefaults['redactor']): string | undefined {
  return typeof text === 'string' ? redactor.text(text, MAX_BYTES.name) || undefined : undefined
}

function statusOf(status: unknown): number | undefined {
  const isStatus = Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 599
  return isStatus ? (status as number) : undefined
}

function wholeUs(durationUs: unknown): number | undefined {
  const isDuration = typeof durationUs === 'number' && durationUs >= 0 && durationUs <= Number.MAX_SAFE_INTEGER
  return isDuration ? Math.round(durationUs) : undefined
}

const addressOf = (ip: unknown): string | undefined => (typeof ip === 'string' ? normalAddress(ip) : undefined)
const linkOf = (id: unknown): string | undefined => (typeof id === 'string' ? readId(id) : undefined)

function invalid(message: string): ActrailError {
  return new ActrailError('ERR_EVENT_INVALID', message)
}
