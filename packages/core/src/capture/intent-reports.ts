import type { EventInput, EventRow } from '../model/event'
import type { Gap, IntentRecord } from '../journal/types'
import { encodeRow } from '../ledger/row'
import { linkedId } from '../model/id'
import type { LinkPurpose } from '../model/id'
import { SYSTEM_WORKSPACE } from '../model/workspaces'

/** What `capture` writes into an intent: enough for a person to know the request. */
export interface Intent {
  readonly id: string
  /** Ms since 1970. */
  readonly at: number
  readonly method?: string
  /** Without the query. */
  readonly path?: string
  /** Address of the socket. */
  readonly peer?: string
  readonly request_id?: string
}

const ITSELF = { type: 'system', id: 'actrail' } as const

/**
 * Makes the events that stand for intents without an outcome, and for a gap in the record. Who acted and for which
 * tenant was not known when the intent was written, so they go to `_system`; `intent_id` names the intent, and is the id
 * of the true outcome if that comes later.
 */
export function createIntentReports(normalise: (input: EventInput) => EventRow) {
  const reportOn = (intent: IntentRecord, purpose: LinkPurpose, action: string): string | undefined => {
    const { at, method, path, peer, request_id } = JSON.parse(intent.payload) as Intent
    return encodeRow(
      normalise({
        id: linkedId(intent.id, purpose),
        intentId: intent.id,
        action,
        result: 'unknown',
        workspace: SYSTEM_WORKSPACE,
        source: 'http',
        occurredAt: new Date(at),
        context: { method: method ?? 'unknown' },
        details: { path: path ?? '' },
        ...(peer !== undefined && { ip: peer }),
        ...(request_id !== undefined && { requestId: request_id }),
      }),
    )
  }
  return {
    /** The process died before the outcome was on disk. */
    lostIntent: (intent: IntentRecord) => reportOn(intent, 'unknown', 'http.interrupted'),
    /** The request is still running. */
    inProgress: (intent: IntentRecord) => reportOn(intent, 'progress', 'http.in_progress'),
    /** Something is missing in the record. */
    gap: (gap: Gap) => encodeRow(normalise(gapEvent(gap))),
  }
}

function gapEvent({ id, producer, reason, count, counted, from, to }: Gap): EventInput {
  return {
    ...(id !== undefined && { id }),
    action: 'audit.gap',
    actor: ITSELF,
    workspace: SYSTEM_WORKSPACE,
    source: 'journal',
    result: 'failure',
    occurredAt: new Date(to),
    details: { producer, reason, count, counted, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  }
}
