import type { EventRow, Json } from '@actrail/core'
import type { CallbackPool } from './callback-pool'
import type { CaseExchange, CaseRoute } from './case-app'
import type { CaseClient } from './client'
import type { Signals } from './signals'

type Subset = Readonly<Record<string, Json | undefined>>

/** What an event must say; fields that are not named here are not looked at. */
export type ExpectedEvent = {
  readonly [Field in Exclude<keyof EventRow, 'details' | 'changes' | 'context'>]?: EventRow[Field] | undefined
} & {
  readonly request_id: string
  readonly action: string
  /** The action instead where the framework had matched the route by then, as Fastify has before it reads a body. */
  readonly routed_action?: string
  readonly result: EventRow['result']
  /** `undefined` where no status was sent. */
  readonly status_code: number | undefined
  /** These keys with these values; `undefined` for a key that must not be there. */
  readonly details?: Subset
  readonly changes?: Subset
  readonly context?: Subset
}

/** One way in which a request can go, and the events that it must leave. */
export interface OutcomeCase {
  /** What happens, as the end of the sentence "one event, when the handler …". */
  readonly name: string
  readonly routes: readonly CaseRoute[]
  /** Only where the harness serves HTTP/2. */
  readonly http2?: boolean
  /** Plays the client. Resolves when the client's part is over; rejects when the answer is not what it must be. */
  play(client: CaseClient, id: string): Promise<void>
  /** The events of one play, in any order; none when the request must leave none. */
  expected(id: string): readonly ExpectedEvent[]
}

/** What the two sides of a case share. */
export interface CaseTools {
  readonly signals: Signals
  readonly pool: CallbackPool
}

/** A case before it is bound to the tools of one application. */
export interface CaseDefinition extends Omit<OutcomeCase, 'routes' | 'play'> {
  readonly routes: readonly (Omit<CaseRoute, 'handle'> & {
    handle(exchange: CaseExchange, tools: CaseTools): unknown
  })[]
  play(client: CaseClient, id: string, tools: CaseTools): Promise<void>
}

/** Binds a case to the tools of its application. */
export function bindCase(definition: CaseDefinition, tools: CaseTools): OutcomeCase {
  return {
    ...definition,
    routes: definition.routes.map((route) => ({ ...route, handle: (exchange) => route.handle(exchange, tools) })),
    play: (client, id) => definition.play(client, id, tools),
  }
}

/** The id that a request of a case carries. */
export function idOf(req: { readonly headers: Readonly<Record<string, unknown>> }): string {
  return String(req.headers['x-request-id'])
}

/** Fails a play whose answer has another status. */
export function assertStatus(answer: { readonly status: number }, status: number): void {
  if (answer.status !== status) throw new Error(`the answer is ${answer.status}, not ${status}`)
}
