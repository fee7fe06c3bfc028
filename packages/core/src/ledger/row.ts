import type { EventRow, JsonObject } from '../model/event'
import { canonicalJson } from './canonical'
import { leafHash } from './leaf'

// Whatever JSON escapes, and surrogates: a lone one must be escaped, and the engine's own writer knows which are.
const NEEDS_ESCAPE = /[\u0000-\u001f"\\\ud800-\udfff]/

/**
 * The text of an event that is journalled and sent to Postgres as it stands: its canonical JSON (RFC 8785) with
 * `"leaf_hash":"\\x<hex>"`, the hash over that canonical form, as the last member. The row must be in normal form.
 */
export function encodeRow(row: EventRow): string {
  const canonical = canonicalRow(row)
  return `${canonical.slice(0, -1)},"leaf_hash":"\\\\x${leafHash(canonical)}"}`
}

/**
 * The canonical JSON of a row: what `canonicalJson` gives, without sorting. The columns stand below in the order of
 * their names, and only what is nested is sorted when it is written.
 */
export function canonicalRow(row: EventRow): string {
  return (
    `{"action":${quote(row.action)}` +
    text(',"actor_email":', row.actor_email) +
    text(',"actor_id":', row.actor_id) +
    text(',"actor_name":', row.actor_name) +
    text(',"actor_type":', row.actor_type) +
    nested(',"changes":', row.changes) +
    nested(',"context":', row.context) +
    nested(',"details":', row.details) +
    number(',"duration_us":', row.duration_us) +
    `,"id":"${row.id}"` +
    text(',"intent_id":', row.intent_id) +
    text(',"ip":', row.ip) +
    text(',"issue_id":', row.issue_id) +
    `,"occurred_at":${row.occurred_at}` +
    nested(',"on_behalf_of":', row.on_behalf_of) +
    text(',"project":', row.project) +
    text(',"request_id":', row.request_id) +
    text(',"resource_id":', row.resource_id) +
    text(',"resource_name":', row.resource_name) +
    text(',"resource_type":', row.resource_type) +
    `,"result":"${row.result}","source":${quote(row.source)}` +
    number(',"status_code":', row.status_code) +
    text(',"trace_id":', row.trace_id) +
    text(',"user_agent":', row.user_agent) +
    `,"v":${row.v},"verb":${quote(row.verb)},"workspace_id":${quote(row.workspace_id)}}`
  )
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : name + quote(value)
}

function number(name: string, value: number | undefined): string {
  return value === undefined ? '' : name + value
}

function nested(name: string, value: JsonObject | undefined): string {
  return value === undefined ? '' : name + canonicalJson(value)
}

function quote(value: string): string {
  return NEEDS_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`
}
