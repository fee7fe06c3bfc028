import type { EventInput, Resource, Result } from '../model/event'
import { Scope } from '../context/scope'
import type { OpenRequest } from './connection'
import type { Exchange } from './exchange'
import { type ChangedEntity, holdChange, isAbout } from './held-changes'
import type { Identity } from './identity'
import { resultOfClose, resultOfStatus } from './outcome'
import type { Start } from './start'

/** What a request needs from the capture that made it. */
export interface Closing {
  readonly abortGraceMs: number
  /** Writes the event of an ended request; never throws. */
  finish(scope: CapturedRequest, end: End): void
  identity(scope: CapturedRequest): Identity
  /** What the event is about as far as is known by now. */
  resource(scope: CapturedRequest): Resource | undefined
}

/** How a request ended. */
export interface End {
  readonly exchange: Exchange
  readonly start: Start
  readonly result: Result
  /** Undefined when no headers were sent. */
  readonly status: number | undefined
}

interface Beginning {
  readonly exchange: Exchange
  readonly start: Start
  /** The same request as another trail captures it, when two are mounted. */
  readonly outer: Scope | undefined
}

/**
 * One request on its way: open, perhaps aborted, ended. Its event is written exactly once.
 *
 * - open → ended, when the handler ends the response (`prefinish`; HTTP/2 has only `finish`)
 * - open → ended, when the response closes half way by this side's doing, or an event stream is closed by its client
 * - open → aborted, when the client leaves first: the handler may still be at work, and what it does belongs to the event
 * - aborted → ended, when the handler ends the response after all, or after the grace
 */
export class CapturedRequest extends Scope implements OpenRequest {
  /** Dropped at the end: a timer or a queue that keeps this scope must not keep the request. */
  exchange: Exchange | undefined
  start: Start | undefined
  /** The connection's list of open requests. */
  nextOpen: OpenRequest | undefined = undefined
  /** One of the trail's own exchanges: it leaves no event. */
  isExempt = false
  /** Entities that committed transactions of this request changed, of which one may be what its event is about. */
  held: ChangedEntity[] | undefined = undefined
  private aborted = false
  private abortedStatus: number | undefined = undefined
  private grace: NodeJS.Timeout | undefined = undefined

  constructor(
    readonly closing: Closing,
    { exchange, start, outer }: Beginning,
  ) {
    super(outer, true)
    this.exchange = exchange
    this.start = start
  }

  /** Hears of the end from now on. Its connection tells of the close, where it can. */
  listen(): this {
    const { res } = this.exchange as Exchange
    const { connection } = this.start as Start
    connection.add(this)
    res.on(connection.isHttp1 ? 'prefinish' : 'finish', () => this.onEnd())
    if (!connection.tellsEnd) res.on('close', () => this.onClose())
    return this
  }

  exempt(): void {
    this.isExempt = true
  }

  /** Whether the event may turn out to be about this entity. What it is not about need not wait for its end. */
  mayHold(resource: ChangedEntity['resource']): boolean {
    if (this.ended || this.isExempt) return false
    const about = this.closing.resource(this)
    return about === undefined || isAbout(about, resource)
  }

  /** Keeps an entity's change for the event. False when the event is written, or holds as many as it may. */
  hold(changed: ChangedEntity): boolean {
    return !this.ended && holdChange((this.held ??= []), changed)
  }

  /** The response was ended: its bytes are with the socket. */
  onEnd(): void {
    if (this.exchange === undefined) return
    if (this.aborted) return this.finish('aborted', this.abortedStatus)
    const { res } = this.exchange
    // HTTP/2 says 'finish' for a stream that its client has reset, too.
    if (this.start?.connection.isHttp1 === false && !res.writableEnded) return this.onClose()
    const status = res.statusCode
    this.finish(resultOfStatus(status), status)
  }

  /** The connection is gone, or the response was given up. */
  onClose(): void {
    if (this.exchange === undefined || this.aborted) return
    const { req, res } = this.exchange
    const status = res.headersSent ? res.statusCode : undefined
    const result = res.writableEnded
      ? 'aborted'
      : resultOfClose(res, this.start?.connection.isHttp1 === true ? req.socket : undefined)
    if (result !== 'aborted') return this.finish(result, status)
    this.aborted = true
    this.abortedStatus = status
    this.grace = setTimeout(() => this.finish('aborted', status), this.closing.abortGraceMs).unref()
  }

  protected override defaults(): Partial<EventInput> {
    if (this.exchange === undefined) return {}
    const identity: Partial<Record<keyof Identity, unknown>> = { ...this.closing.identity(this) }
    for (const key of Object.keys(identity) as (keyof Identity)[]) if (identity[key] === undefined) delete identity[key]
    return identity as Partial<EventInput>
  }

  private finish(result: Result, status: number | undefined): void {
    const { exchange, start, grace } = this
    if (exchange === undefined || start === undefined) return
    if (grace !== undefined) clearTimeout(grace)
    this.ended = true
    start.connection.remove(this)
    this.closing.finish(this, { exchange, start, result, status })
    this.exchange = undefined
    this.start = undefined
    this.late = undefined
    this.held = undefined
  }
}
