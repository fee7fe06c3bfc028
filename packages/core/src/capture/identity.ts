import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../model/event'
import type { Identity } from './captured-request'
import type { ClientAddress } from './client-address'
import type { Exchange, MatchedRoute } from './exchange'
import { ANONYMOUS, actorOfUser, workspaceOfUser } from './principal'

/** What the host says about its requests. Each function may return nothing; what it throws is counted, not passed on. */
export interface IdentityOptions {
  readonly actor?: ((native: never) => Actor | null | undefined | false) | undefined
  readonly workspace?: ((native: never) => string | null | undefined | false) | undefined
  /** Lower-case header that carries the request id. */
  readonly requestIdHeader: string
}

interface Asked {
  readonly exchange: Exchange
  readonly route: MatchedRoute | undefined
  readonly workspaceParam: string | undefined
  readonly annotated: { readonly actor?: Actor; readonly workspace?: string } | undefined
}

/** Where events go that have no tenant in a log that has tenants; read with `activity:admin`. */
export const SYSTEM_WORKSPACE = '_system'
export const DEFAULT_WORKSPACE = 'default'

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** Resolves who, for whom and from where, from the exchange alone: the async context may belong to another request. */
export function createIdentity(options: IdentityOptions, address: ClientAddress): (asked: Asked) => Identity {
  return ({ exchange, route, workspaceParam, annotated }) => {
    const user = exchange.user()
    const actor =
      annotated?.actor ?? (options.actor?.(exchange.native as never) || undefined) ?? actorOfUser(user) ?? ANONYMOUS
    const { headers, socket } = exchange.req
    return {
      actor,
      workspace: annotated?.workspace ?? workspaceOf({ exchange, user, actor, route, workspaceParam }),
      ip: address(socket?.remoteAddress, single(headers, 'x-forwarded-for')),
      userAgent: headers['user-agent'],
      requestId: requestIdOf(exchange, single(headers, options.requestIdHeader)),
      traceId: TRACEPARENT.exec(single(headers, 'traceparent') ?? '')?.[1],
    }
  }

  /** The host's word, else the actor's workspace, else an authenticated request's route parameter, else the default. */
  function workspaceOf(asked: Omit<Asked, 'annotated'> & { user: unknown; actor: Actor }): string {
    if (options.workspace !== undefined) return options.workspace(asked.exchange.native as never) || SYSTEM_WORKSPACE
    const ofUser = workspaceOfUser(asked.user)
    if (ofUser !== undefined) return ofUser
    const authenticated = asked.actor.type !== ANONYMOUS.type && asked.actor.id !== undefined
    const param = asked.workspaceParam === undefined ? undefined : asked.route?.params[asked.workspaceParam]
    return authenticated && typeof param === 'string' && param !== '' ? param : DEFAULT_WORKSPACE
  }
}

/** The header, else the id that a request-id middleware left on the request. */
function requestIdOf(exchange: Exchange, header: string | undefined): string | undefined {
  if (header !== undefined) return header
  const id = (exchange.req as { id?: unknown }).id
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

/** A header as one string; Node joins repeated ones, except for the few that it keeps as lists. */
export function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
