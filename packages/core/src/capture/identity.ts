import type { Actor } from '../model/event'
import { settled } from '../model/settled'
import { SYSTEM_WORKSPACE, DEFAULT_WORKSPACE } from '../model/workspaces'
import type { RouteAction } from './route-action'
import type { IdentityOptions } from './capture-options'
import type { ClientAddress } from './client-address'
import type { Exchange, MatchedRoute } from './exchange'
import { ANONYMOUS, actorOfUser, workspaceOfUser } from './principal'
import type { Start } from './start'

/** Who acted, for whom, from where: resolved once authentication has run. */
export interface Identity {
  readonly actor: Actor
  readonly workspace: string
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  readonly requestId: string | undefined
  readonly traceId: string | undefined
}

/** What an identity is resolved from. */
export interface Asked {
  readonly exchange: Exchange
  readonly start: Start
  readonly annotation: { readonly actor?: Actor; readonly workspace?: string } | undefined
  readonly route: MatchedRoute | undefined
  readonly derived: RouteAction | undefined
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

interface IdentityDeps {
  readonly address: ClientAddress
  readonly swallowed: (error: unknown) => void
}

/** Resolves who, for whom and from where, from the exchange alone: the async context may belong to another request. */
export function createIdentity(options: IdentityOptions, deps: IdentityDeps): (asked: Asked) => Identity {
  const actorOf = createActor(options, deps)
  const workspaceOf = createWorkspace(options, deps)
  return (asked) => {
    const { exchange, annotation } = asked
    const { headers, connection, traceId = traceOf(headers.traceparent) } = asked.start
    const user = userOf(exchange, deps)
    const actor = annotation?.actor ?? actorOf(exchange, user)
    return {
      actor,
      workspace: annotation?.workspace ?? workspaceOf(asked, actor, user),
      ip: deps.address(connection.peer, headers.forwardedFor),
      userAgent: headers.userAgent,
      requestId: headers.requestId,
      traceId,
    }
  }
}

function traceOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1]
}

function userOf(exchange: Exchange, { swallowed }: IdentityDeps): unknown {
  try {
    return exchange.user()
  } catch (error) {
    swallowed(error)
    return undefined
  }
}

function createActor({ actor }: IdentityOptions, { swallowed }: IdentityDeps) {
  return ({ native }: Exchange, user: unknown): Actor => {
    try {
      return (settled(actor?.(native as never), 'The option actor') || undefined) ?? actorOfUser(user) ?? ANONYMOUS
    } catch (error) {
      swallowed(error)
      // Who it was is not known, and a guess would be worse.
      return ANONYMOUS
    }
  }
}

/** The host's word, else the actor's workspace, else an authenticated request's route parameter, else the default. */
function createWorkspace({ workspace }: IdentityOptions, { swallowed }: IdentityDeps) {
  return ({ exchange, route, derived }: Asked, actor: Actor, user: unknown): string => {
    try {
      if (workspace !== undefined)
        return settled(workspace(exchange.native as never), 'The option workspace') || SYSTEM_WORKSPACE
      const ofUser = workspaceOfUser(user)
      if (ofUser !== undefined) return ofUser
      const isKnown = actor.type !== ANONYMOUS.type && actor.id !== undefined
      if (!isKnown || derived?.workspaceParam === undefined) return DEFAULT_WORKSPACE
    } catch (error) {
      swallowed(error)
      return SYSTEM_WORKSPACE
    }
    const param = route?.params[derived.workspaceParam]
    return typeof param === 'string' && param !== '' ? param : DEFAULT_WORKSPACE
  }
}
