import { settled } from '../model/settled'
import type { Annotation } from './annotation'

/**
 * What is declared beside a route: each part is a value, or a function of what the framework hands to a handler. Functions
 * are asked once the response has ended, when created ids exist; `undefined` leaves the part out.
 */
export type Declared<Args extends readonly unknown[]> = {
  readonly [Part in 'resource' | 'issue' | 'project' | 'workspace' | 'details' | 'changes']?:
    NonNullable<Annotation[Part]> | ((...args: Args) => Annotation[Part])
}

/** The annotation that a declaration makes of a handler's arguments. For `annotateAtEnd`, in adapters. */
export function createDeclaration<Args extends readonly unknown[]>(
  action: string,
  declared: Declared<Args>,
): (...args: Args) => Annotation {
  const parts: [string, unknown][] = Object.entries(declared)
  return (...args) => {
    const annotation: Record<string, unknown> = { action }
    for (const [part, value] of parts) {
      const found = isFunction(value) ? settled(value(...args), `audited: ${part}`) : value
      if (found !== undefined) annotation[part] = found
    }
    return annotation
  }
}

const isFunction = (value: unknown): value is (...args: readonly unknown[]) => unknown => typeof value === 'function'
