import { hash } from 'node:crypto'
import type { EventRow, JsonObject } from '../model/event'
import { canonicalJson, canonicalText } from './canonical'
import { LEAF_PREFIX } from './leaf'

/**
 * The text of an event that is journalled and sent to Postgres as it stands: its canonical JSON (RFC 8785) with
 * `"leaf_hash":"\\x<hex>"`, the hash over that canonical form, as the last member. The row must be in normal form.
 */
export function encodeRow(row: EventRow): string {
  return sealRow(canonicalRow(row))
}

/** The text of a row whose canonical JSON is written already. */
export function sealRow(canonical: string): string {
  // Hashing makes one flat string of it, of which the text then is a slice: nothing is copied twice.
  const input = LEAF_PREFIX + canonical
  return `${input.slice(LEAF_PREFIX.length, -1)},"leaf_hash":"\\\\x${hash('sha256', input, 'hex')}"}`
}

/**
 * What `canonicalJson` gives for a row, without its sorting. The columns stand below in the order of their names; only
 * what is nested is sorted when it is written.
 */
function canonicalRow(row: EventRow): string {
  return (
    `{"action":${canonicalText(row.action)}` +
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
    `,"result":"${row.result}","source":${canonicalText(row.source)}` +
    number(',"status_code":', row.status_code) +
    text(',"trace_id":', row.trace_id) +
    text(',"user_agent":', row.user_agent) +
    `,"v":${row.v},"verb":${canonicalText(row.verb)},"workspace_id":${canonicalText(row.workspace_id)}}`
  )
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : name + canonicalText(value)
}

function number(name: string, value: number | undefined): string {
  return value === undefined ? '' : name + value
}

function nested(name: string, value: JsonObject | undefined): string {
  return value === undefined ? '' : name + canonicalJson(value)
}
