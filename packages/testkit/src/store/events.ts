import { randomBytes } from 'node:crypto'

/** Some columns of an event; see `EventRow` of `@actrail/core`. */
export type EventPart = Readonly<Record<string, unknown>>

/** A UUIDv7 of a time in ms since 1970. */
export function idAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0') + '7' + randomBytes(10).toString('hex').slice(1)
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3] ?? '8'
  const text = hex.slice(0, 16) + variant + hex.slice(17)
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-')
}

/** The text of an event as a producer writes it; `part` overrides what is usual. */
export function eventText(part: EventPart = {}): string {
  const now = Date.now()
  return JSON.stringify({
    v: 1,
    id: idAt(now),
    occurred_at: now,
    workspace_id: 'acme',
    action: 'issue.created',
    verb: 'CREATE',
    result: 'success',
    source: 'record',
    leaf_hash: `\\x${'00'.repeat(32)}`,
    ...part,
  })
}

/** Texts as the batch that a sender would append. */
export function batchOf(...texts: string[]): [payload: Buffer, events: number] {
  return [Buffer.from(`[${texts.join(',')}]`), texts.length]
}
