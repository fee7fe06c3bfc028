import { Inject, Optional, UseInterceptors } from '@nestjs/common'
import { MetadataScanner } from '@nestjs/core'
import { AuditTrail } from './audit-trail.js'
import { CallInterceptor } from './call-interceptor.js'
import {
  type AuditedCall,
  type AuditedOptions,
  declarationOf,
  declare,
  type Declaration,
  NO_CALL,
} from './declaration.js'
import { isBehindDoor } from './door.js'
import { createCallRecord, recordCall } from './record-call.js'

/** Goes on a class or on a method. */
export type AuditedDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void

/**
 * Names the action of a route, or of all routes of a controller class; the method's word overrides the class's, and what
 * the handler itself annotates overrides both. On a resolver, in a gateway and on a message handler each call is an event
 * of its own, and so it is on any other method, such as a service's, with the identity of the request or job around it.
 *
 * @example @Audited('issue.updated', { resource: { type: 'issue', id: 'params.id' }, changes: 'body' })
 */
export function Audited<Result = unknown>(action: string, options?: AuditedOptions<Result>): AuditedDecorator
/** The same without an action, which the route then names. */
export function Audited<Result = unknown>(options: AuditedOptions<Result>): AuditedDecorator
export function Audited<Result>(
  first: string | AuditedOptions<Result>,
  options: AuditedOptions<Result> = {},
): AuditedDecorator {
  const said = typeof first === 'string' ? { action: first, ...options } : first
  return decorate({ isLeftOut: false, ...(said as Declaration) })
}

/** Leaves a handler, or those of a class, out of the log when it succeeds. What is denied or fails is kept. */
export function NotAudited(): AuditedDecorator {
  return decorate({ isLeftOut: true })
}

function decorate(declaration: Declaration): AuditedDecorator {
  return (target, key, descriptor) => {
    if (key === undefined || descriptor === undefined) return declareOnClass(target as Type, declaration)
    const method = descriptor.value as Method
    if (declaration.isLeftOut !== true) descriptor.value = recording(method)
    intercept(descriptor.value as Method)
    declare(descriptor.value as Method, declaration)
    injectTrail(target)
  }
}

interface Type {
  readonly prototype: Readonly<Record<string, Method>>
}

/** The handlers of a class are intercepted one by one, as those that declare by themselves: none of them twice. */
function declareOnClass(type: Type, declaration: Declaration): void {
  declare(type, declaration)
  for (const name of new MetadataScanner().getAllMethodNames(type.prototype)) {
    const method = type.prototype[name]
    if (method !== undefined && isHandler(method)) intercept(method)
  }
}

function intercept(method: Method): void {
  const key = Symbol.for('actrail.nestjs.intercepted.v1')
  if (Reflect.hasMetadata(key, method)) return
  Reflect.defineMetadata(key, true, method)
  UseInterceptors(CallInterceptor)({}, '', { value: method })
}

/** Whether a method is a route, or behind another door. */
function isHandler(method: Method): boolean {
  return Reflect.hasMetadata('path', method) || isBehindDoor(method)
}

type Method = (this: Injected, ...args: unknown[]) => unknown

// A property that Nest fills in each instance, also in request-scoped ones: no look-up, and nothing shared.
const TRAIL = Symbol.for('actrail.nestjs.trail-of-instance.v1')
interface Injected {
  readonly [TRAIL]?: AuditTrail
}

function injectTrail(prototype: object): void {
  const key = Symbol.for('actrail.nestjs.injected.v1')
  if (Reflect.hasOwnMetadata(key, prototype)) return
  Reflect.defineMetadata(key, true, prototype)
  Inject(AuditTrail)(prototype, TRAIL)
  Optional()(prototype, TRAIL)
}

/** The method, which records its calls unless it is a handler: then the request, or the interceptor, has the event. */
function recording(method: Method): Method {
  const recorded: Method = function (...args) {
    const trail = this?.[TRAIL]
    if (trail === undefined || isHandler(recorded)) return method.apply(this, args)
    const declaration = { action: `${this.constructor.name}.${method.name}`, ...declarationOf({}, recorded) }
    const call = { ...NO_CALL, args: args as readonly unknown[] as AuditedCall['args'] }
    return recordCall(() => method.apply(this, args), createCallRecord(trail, { declaration, call }))
  }
  Object.defineProperty(recorded, 'name', { value: method.name, configurable: true })
  // Decorators below this one have left what they say on the method.
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), recorded)
  }
  return recorded
}
