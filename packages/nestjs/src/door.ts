import type { ExecutionContext } from '@nestjs/common'
import { type AuditedCall, NO_CALL } from './declaration.js'
import type { HttpRequest } from './http-request.js'

/** The way a call came in that is no HTTP request of its own, as its event's `source` names it. */
export type Door = 'graphql' | 'ws' | 'rpc'

// What Nest's packages for these doors write on handlers; hosts have them only if they use them.
const RESOLVER = 'graphql:resolver_type'
const OPERATIONS: readonly unknown[] = ['Query', 'Mutation', 'Subscription']
const MESSAGES = ['websockets:message_mapping', 'microservices:pattern']

/** Whether a method is a query, mutation or subscription of GraphQL, or handles messages. What resolves a field is not. */
export function isBehindDoor(method: object): boolean {
  return (
    OPERATIONS.includes(Reflect.getMetadata(RESOLVER, method)) ||
    MESSAGES.some((mark) => Reflect.hasMetadata(mark, method))
  )
}

/** Whether a method answers queries of GraphQL, which change nothing. */
export function isQuery(method: object): boolean {
  return Reflect.getMetadata(RESOLVER, method) === 'Query'
}

/** A call that came through a door, before it has a result. */
export interface DoorCall {
  readonly door: Door
  readonly call: AuditedCall
}

/** Reads a call for the functions of a declaration; undefined when it is an HTTP request, or resolves a field. */
export function doorCallOf(context: ExecutionContext): DoorCall | undefined {
  if (!isBehindDoor(context.getHandler())) return undefined
  const door = context.getType<Door | 'http'>()
  if (door === 'graphql') {
    const [, args, shared] = context.getArgs<[unknown, AuditedCall['args'], unknown]>()
    return { door, call: { ...NO_CALL, args, request: requestIn(shared) } }
  }
  if (door === 'ws') {
    const ws = context.switchToWs()
    return { door, call: { ...NO_CALL, client: ws.getClient(), body: ws.getData() } }
  }
  if (door !== 'rpc') return undefined
  const rpc = context.switchToRpc()
  return { door, call: { ...NO_CALL, client: rpc.getContext(), body: rpc.getData() } }
}

/** The HTTP request in what resolvers share: `req`, unless the host's `context` says otherwise. */
function requestIn(shared: unknown): HttpRequest | undefined {
  const request = (shared as { readonly req?: HttpRequest } | null | undefined)?.req
  return typeof request === 'object' && request !== null ? request : undefined
}
