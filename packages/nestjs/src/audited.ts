import { Inject, Optional } from '@nestjs/common'
import { AuditTrail } from './audit-trail.js'
import { type AuditedOptions, declarationOf, declare, type Declaration } from './declaration.js'
import { recordCall } from './record-call.js'

/** Goes on a class or on a method. */
export type AuditedDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void

/**
 * Names the action of a route, or of all routes of a controller class; the method's word overrides the class's, and what
 * the handler itself annotates overrides both. On a method that is no route, such as a service's, it records an event of
 * its own for each call, with the identity of the request or job around it.
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

/** Leaves a route, or those of a controller class, out of the log when it succeeds. Denied and failed requests are kept. */
export function NotAudited(): AuditedDecorator {
  return decorate({ isLeftOut: true })
}

function decorate(declaration: Declaration): AuditedDecorator {
  return (target, key, descriptor) => {
    if (key === undefined || descriptor === undefined) return declare(target, declaration)
    const method = descriptor.value as Method
    if (declaration.isLeftOut !== true) descriptor.value = recording(method)
    declare(descriptor.value as Method, declaration)
    injectTrail(target)
  }
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

/** The method, which records its calls unless Nest calls it as a route: then the request has the event. */
function recording(method: Method): Method {
  const recorded: Method = function (...args) {
    const trail = this?.[TRAIL]
    if (trail === undefined || Reflect.hasMetadata('path', recorded)) return method.apply(this, args)
    const declaration = declarationOf({}, recorded) ?? {}
    const action = `${this.constructor.name}.${method.name}`
    return recordCall(trail, { declaration: { action, ...declaration }, args, run: () => method.apply(this, args) })
  }
  Object.defineProperty(recorded, 'name', { value: method.name, configurable: true })
  // Decorators below this one have left what they say on the method.
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), recorded)
  }
  return recorded
}
