import { CANCEL, EVENT, INTENT, OUTCOME } from './frames'
import type { Segment } from './segments'
import type { SegmentWriter } from './segment-writer'
import type { IntentRecord, Ticket } from './types'

/** A ticket as the journal sees it. */
interface OpenTicket extends Ticket, IntentRecord {
  /** The file that holds the intent; undefined when it is in none. */
  segment: Segment | undefined
  readonly openedAt: number
  /** It was said that the request is still running. */
  reported: boolean
  open: boolean
}

/**
 * The intents without outcome. Each keeps the segment that holds it from being removed; one that is open for so long
 * that segments pile up behind it is written once more at the end, so that they can go.
 */
export class OpenIntents {
  private readonly tickets = new Set<OpenTicket>()
  /** Coarse time, set by {@link tick}: the clock is not asked for each request. */
  private nowMs: number

  constructor(
    private readonly writer: SegmentWriter,
    now: number,
  ) {
    this.nowMs = now
  }

  get count(): number {
    return this.tickets.size
  }

  /** Writes an intent, and with it what waits. */
  open(id: string, payload: string): Ticket {
    const ticket: OpenTicket = { id, payload, segment: undefined, openedAt: this.nowMs, reported: false, open: true }
    if (this.writer.writesTo === 'disk') this.write(ticket)
    this.tickets.add(ticket)
    return ticket
  }

  private write(ticket: OpenTicket): void {
    this.writer.arena.put(INTENT, ticket.payload, ticket.id)
    const segment = this.writer.flush()
    if (!segment?.path) return
    ticket.segment = segment
    segment.open++
  }

  /** Encodes what ends an intent, or an event of its own. A ticket that has ended before gives an event of its own. */
  end(text: string, ticket?: Ticket): void {
    if (ticket !== undefined && this.close(ticket)) this.writer.arena.put(OUTCOME, text, ticket.id)
    else this.writer.arena.put(EVENT, text)
  }

  cancel(ticket: Ticket): void {
    const { segment } = ticket as OpenTicket
    if (this.close(ticket) && segment) this.writer.arena.put(CANCEL, '', ticket.id)
  }

  private close(ticket: Ticket): boolean {
    const own = ticket as OpenTicket
    if (!this.tickets.delete(own)) return false
    own.open = false
    if (own.segment) own.segment.open--
    return true
  }

  /** Writes the intents of these segments once more, so that they can be removed. */
  carry(blocked: ReadonlySet<Segment>): void {
    if (blocked.size === 0 || this.writer.writesTo !== 'disk') return
    for (const ticket of this.tickets) {
      const { segment } = ticket
      if (!segment || !blocked.has(segment)) continue
      this.write(ticket)
      if (ticket.segment !== segment) segment.open--
    }
  }

  /** @returns the intents that have now been open for `progressMs`; each is returned once. */
  overdue(now: number, progressMs: number): IntentRecord[] {
    this.nowMs = now
    const found: IntentRecord[] = []
    for (const ticket of this.tickets) {
      if (ticket.reported || now - ticket.openedAt < progressMs) continue
      ticket.reported = true
      found.push(ticket)
    }
    return found
  }
}
