import { RequestMethod } from '@nestjs/common'
import { MetadataScanner, type ModulesContainer } from '@nestjs/core'
import { type Declaration, declarationOf } from './declaration.js'

/** Finds what was declared for the route of a request; undefined when nothing was, or when it cannot be told. */
export type DeclaredRoutes = (method: string, pattern: string) => Declaration | undefined

interface Declared {
  readonly method: string | undefined
  /** The pattern without what lies before it: global prefix, version, path of the module. */
  readonly path: string
  readonly declaration: Declaration
}

/**
 * What the controllers of an application declare, by route: a guard refuses a request before any interceptor learns
 * which handler it was for. Where two fit, such as two versions of a controller, neither is taken.
 */
export function createDeclaredRoutes(modules: ModulesContainer): DeclaredRoutes {
  const all: Declared[] = []
  for (const module of modules.values()) {
    for (const { metatype } of module.controllers.values()) all.push(...declaredBy(metatype as Type))
  }
  return (method, pattern) => {
    const fitting = all.filter((each) => fits(each, method, pattern))
    const longest = Math.max(...fitting.map(({ path }) => path.length))
    const [first, second] = fitting.filter(({ path }) => path.length === longest)
    return second === undefined ? first?.declaration : undefined
  }
}

interface Type {
  readonly prototype: Readonly<Record<string, object>>
}

function declaredBy(type: Type): Declared[] {
  return new MetadataScanner().getAllMethodNames(type.prototype).flatMap((name) => {
    const handler = type.prototype[name] ?? {}
    const declaration = declarationOf(type, handler)
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined
    if (declaration === undefined || method === undefined) return []
    return pathsOf(type).flatMap((above) =>
      pathsOf(handler).map((below) => ({
        method: method === RequestMethod.ALL ? undefined : RequestMethod[method],
        path: joined(above, below),
        declaration,
      })),
    )
  })
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata('path', target) as string | string[] | undefined].flat().map((path) => path ?? '')
}

function joined(...paths: string[]): string {
  const segments = paths.flatMap((path) => path.split('/')).filter((segment) => segment !== '')
  return segments.map((segment) => `/${segment}`).join('')
}

function fits({ method, path }: Declared, asked: string, pattern: string): boolean {
  const isMethod = method === undefined || method === asked || (method === 'GET' && asked === 'HEAD')
  return isMethod && joined(pattern).endsWith(path)
}
