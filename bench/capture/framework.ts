import type { Server } from 'node:http'
import type { AuditOptions, AuditTrail } from '@actrail/core'
import type { Logger } from 'pino'

/**
 * What a framework brings to the bench: the route under measurement, and each mode's middleware as its users mount it. A
 * file a framework, which loads of each mode only what it needs, so that no mode carries another's memory.
 */
export interface Framework<Handler = unknown> {
  /** Begins to listen at a free port of 127.0.0.1: `first`, if any, then `GET /items/:id`, which answers {@link item}. */
  serve(first?: Handler): Server | Promise<Server>
  /** The request logger that its users choose, at its defaults. */
  requestLogger(logger: Logger): Promise<Handler>
  /** Tells of each request when its response is finished. */
  onFinish(tell: (request: FinishedRequest) => void): Handler
  audit(options: StoreOptions): Promise<{ readonly handler: Handler; readonly trail: Trail }>
}

type StoreOptions = Pick<AuditOptions, 'database' | 'directory' | 'sequencer'>
type Trail = Pick<AuditTrail, 'start' | 'flush' | 'stop'>

/** What the mode `save` stores of a request. */
export interface FinishedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly itemId: string | undefined
  readonly user: string | undefined
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  readonly requestId: string | undefined
  readonly durationUs: number
}

/** The small JSON document that every framework answers. */
export function item(id: string) {
  return { id, name: 'a small thing', tags: ['red', 'round'], count: 3 }
}
