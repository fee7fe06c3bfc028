import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Actor, Annotation, AuditTrail, Authorize, EventInput, Json, RecordOptions } from '@actrail/core'

/** What a framework hands to a route of the case application, in words that every framework has. */
export interface CaseExchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly params: Readonly<Record<string, string | undefined>>
  /** The parsed JSON body. */
  readonly body: unknown
  /** Answers as the framework does it: a string or nothing as it is, anything else as JSON. */
  send(status: number, body?: Json, headers?: Readonly<Record<string, string>>): void
  /** Answers 200 with a stream as the framework does it, and lets the framework deal with a stream that fails. */
  stream(body: Readable, contentType: string): void
  redirect(location: string): void
  /** Hands an error to the framework by its own channel (`next(error)` in Express, `throw` in Koa). */
  fail(error: Error): void
  /** Takes the response away from the framework, to write to it by hand. */
  raw(): ServerResponse
  /** `activity.of(req).annotate(…)`: the form for callbacks that have lost the async scope. */
  annotate(annotation: Annotation): boolean
  /** `trail.record(event, options)`. */
  record(event: EventInput, options?: RecordOptions): Promise<unknown>
}

/** One route of the case application. */
export interface CaseRoute {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** With parameters as `:name`. */
  readonly path: string
  /** A status with which the framework's own guard of this route refuses everybody, after the route has matched. */
  readonly guarded?: 401 | 403
  /** Declared beside the route: `audited(action, { resource })`, or the framework's decorator. */
  readonly audited?: { readonly action: string; readonly resourceType: string }
  /** What it throws, or rejects with, goes to the framework's error handling. */
  handle(exchange: CaseExchange): unknown
}

/** The application that a harness builds in its framework. The options go to the adapter as they are. */
export interface CaseApp {
  readonly routes: readonly CaseRoute[]
  readonly options: {
    readonly actor?: (req: IncomingMessage) => Actor
    readonly workspace?: (req: IncomingMessage) => string
    readonly abortGraceMs?: number
    readonly trustProxy?: readonly string[]
    readonly authorize?: Authorize
  }
  /** Where to mount the router. */
  readonly mountPath: string
  /** The application's guard, which runs before any route: the status of its refusal, or undefined to go on. */
  refuse(req: IncomingMessage): number | undefined
  /**
   * The application's authentication, which runs before any route: resolves with the user, whom the harness puts where
   * the framework's users expect it (`req.user`, `ctx.state.user`). Default: nobody is.
   */
  authenticate?(req: IncomingMessage): Promise<unknown>
  /** The limit of the JSON body parser, which runs before any route, in bytes. */
  readonly bodyLimit: number
}

/** The case application at work. */
export interface ServedCaseApp {
  /** On 127.0.0.1, HTTP/1.1. */
  readonly port: number
  /** The same routes over clear-text HTTP/2, where the framework can. */
  readonly http2Port?: number
  readonly trail: Pick<AuditTrail, 'flush' | 'query' | 'status'>
  /** Closes the server and stops the trail. */
  close(): Promise<void>
}

/** What an adapter's test brings: a name, and the case application in its framework. See {@link adapterContract}. */
export interface AdapterHarness {
  readonly name: string
  /** Names of outcome cases that this framework cannot have, such as a broken response that it leaves hanging. */
  readonly without?: readonly string[]
  serve(app: CaseApp): Promise<ServedCaseApp>
}

/** Header that names the actor of a request. */
export const USER_HEADER = 'x-case-user'
/** Header with which a request asks the application's guard for a refusal of that status. */
export const REFUSE_HEADER = 'x-case-refuse'
/** The workspace of every request of the case application. */
export const CASE_WORKSPACE = 'contract'
