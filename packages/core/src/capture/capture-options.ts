import type { Ticket } from '../journal/types'
import type { Actor, EventInput, EventRow } from '../model/event'
import type { Redactor } from '../redact/redactor'
import type { Exchange } from './exchange'
import type { TrustProxy } from './client-address'

/** What the host says about its requests. Each function may return nothing; what it throws is counted, not passed on. */
export interface IdentityOptions {
  readonly actor?: ((native: never) => Actor | null | undefined | false) | undefined
  readonly workspace?: ((native: never) => string | null | undefined | false) | undefined
  /** Lower-case header that carries the request id. */
  readonly requestIdHeader: string
}

/** What of a request is stored beside the event's own columns. */
export interface Include {
  /** Lower-case names of request headers. */
  readonly headers: readonly string[]
  readonly query: boolean
  readonly body: boolean
}

/** How requests are captured; decided once, when the middleware is made. */
export interface CaptureRules extends IdentityOptions {
  /** Which requests leave an event when they succeed. */
  readonly capture: 'all' | 'mutations'
  /** Which captured requests have an intent on disk before the handler runs. */
  readonly intents: 'all' | 'mutations'
  /** Narrows `capture` further; denied and failed requests are kept whatever it says. */
  readonly when?: ((native: never) => boolean) | undefined
  readonly trustProxy: TrustProxy
  readonly include: Include
  /** Routes whose actions are remembered. */
  readonly cacheEntries: number
  /** How long the event of a request whose client left waits for its handler, in ms. */
  readonly abortGraceMs: number
}

/** What capture stands on. */
export interface CaptureDeps {
  readonly journal: {
    intent(id: string, payload: string): Ticket
    outcome(text: string, ticket?: Ticket): void
    cancel(ticket: Ticket): void
    /** Where an intent has to be synced before its handler runs: whether the request may be served. Never rejects. */
    readonly admit?: (() => Promise<boolean>) | undefined
  }
  /** Answers a request that may not be served, since it could not be journalled. */
  readonly refuse?: ((exchange: Exchange) => void) | undefined
  readonly ids: { next(): string }
  readonly redactor: Redactor
  readonly normalise: (input: EventInput) => EventRow
  readonly now: () => number
  /** The trace of the active span, asked when a request begins. Undefined: there is nobody to ask. */
  readonly activeTrace?: (() => string | undefined) | undefined
  /** Called with what the host's functions or ours threw; the request goes on. */
  readonly swallowed: (error: unknown) => void
}
