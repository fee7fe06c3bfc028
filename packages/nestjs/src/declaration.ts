import 'reflect-metadata'

import { type Actor, type Annotation, settled } from '@actrail/core'
import type { HttpRequest } from './http-request.js'

/** One call of a handler or service method, for the functions of {@link AuditedOptions}. */
export interface AuditedCall<Result = unknown> {
  /** The platform's request, also of a resolver; undefined where a message or a service method is called, which know none. */
  readonly request: HttpRequest | undefined
  /** The socket that a gateway has the message from, or what the transport of a microservice knows of it. */
  readonly client: unknown
  readonly params: unknown
  readonly query: unknown
  /** Of the request, or what a message carries. */
  readonly body: unknown
  /** Of a service method by position, of a resolver by name; empty elsewhere. */
  readonly args: readonly unknown[] & Readonly<Record<string, unknown>>
  /** What it returned; undefined when it failed, was not reached, or answered by `@Res()`. */
  readonly result: Result | undefined
}

/** A call of which nothing is known. */
export const NO_CALL: AuditedCall = {
  request: undefined,
  client: undefined,
  params: undefined,
  query: undefined,
  body: undefined,
  args: [] as readonly unknown[] as AuditedCall['args'],
  result: undefined,
}

type Root = 'params' | 'query' | 'body' | 'args' | 'result'

/** Where in a call something is: `params.id`, `body.owner.id`, `args.id` in a resolver, `args.0.id` in a service, `result.id`. */
export type CallPath = Root | `${Root}.${string}`

type OfCall<T, Result> = CallPath | ((call: AuditedCall<Result>) => T | undefined)
type Fields = Readonly<Record<string, unknown>>

/** What `@Audited` says beside the action. Functions are asked at the end, when created ids exist. */
export interface AuditedOptions<Result = unknown> {
  /** The resource, or where its id and its name are in the call. @default what the route says */
  readonly resource?:
    | { readonly type: string; readonly id?: OfCall<string | number, Result>; readonly name?: OfCall<string, Result> }
    | ((call: AuditedCall<Result>) => Annotation['resource'])
  /** Fields that changed, `{ field: value }` or `{ field: { old, new } }`, or where they are in the call. */
  readonly changes?: Fields | OfCall<Fields, Result>
  readonly details?: Fields | OfCall<Fields, Result>
  /** Who acts. @default of a request, whom it knows; of a message nobody */
  readonly actor?: Actor | ((call: AuditedCall<Result>) => Actor | undefined)
  /** The tenant. What a client says of itself is no proof. @default that of the request; of a message `default` */
  readonly workspace?: (call: AuditedCall<Result>) => string | undefined
  /** Asked when the handler has returned: false leaves a success out. */
  readonly when?: (call: AuditedCall<Result>) => boolean
  /** `mutations` leaves out what succeeds by GET, HEAD or OPTIONS, or as a query of GraphQL. @default 'all' */
  readonly capture?: 'all' | 'mutations'
}

/** What class and method declare together. */
export interface Declaration extends AuditedOptions {
  readonly action?: string
  /** `@NotAudited()` */
  readonly isLeftOut?: boolean
}

// By name, so that two copies of this package read each other's.
const KEY = Symbol.for('actrail.nestjs.declaration.v1')

/** Writes a declaration on a class or a method. */
export function declare(target: object, declaration: Declaration): void {
  Reflect.defineMetadata(KEY, declaration, target)
}

/** The declaration of a method, which overrides that of its class; undefined when neither has one. */
export function declarationOf(type: object, method: object): Declaration | undefined {
  const ofClass = Reflect.getMetadata(KEY, type) as Declaration | undefined
  const ofMethod = Reflect.getMetadata(KEY, method) as Declaration | undefined
  return ofClass === undefined || ofMethod === undefined ? (ofMethod ?? ofClass) : { ...ofClass, ...ofMethod }
}

/** Whether a success is wanted. A `when` that throws, or answers a promise, wants it. */
export function isWanted({ when }: Declaration, call: AuditedCall): boolean {
  try {
    return (valueOf(when, call, 'when') as boolean | undefined) ?? true
  } catch {
    return true
  }
}

/** What a declaration says of a call. Throws what its functions throw, and where one answers a promise. */
export function annotationOf(declaration: Declaration, call: AuditedCall): Annotation {
  const { action, actor, workspace, resource, changes, details } = declaration
  const found = {
    action,
    actor: valueOf(actor, call, 'actor') as Actor | undefined,
    workspace: valueOf(workspace, call, 'workspace') as string | undefined,
    resource: resourceOf(resource, call),
    changes: valueOf(changes, call, 'changes') as Fields | undefined,
    details: valueOf(details, call, 'details') as Fields | undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function resourceOf(resource: AuditedOptions['resource'], call: AuditedCall): Annotation['resource'] {
  if (resource === undefined) return undefined
  if (typeof resource === 'function') return valueOf(resource, call, 'resource') as Annotation['resource']
  const id = text(valueOf(resource.id, call, 'resource.id'))
  const name = text(valueOf(resource.name, call, 'resource.name'))
  return { type: resource.type, ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
}

function valueOf(source: unknown, call: AuditedCall, name: string): unknown {
  if (typeof source === 'function')
    return settled((source as (call: AuditedCall) => unknown)(call), `@Audited: ${name}`)
  if (typeof source !== 'string') return source
  return source.split('.').reduce<unknown>((value, name) => (value as Fields | null | undefined)?.[name], call)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
}
