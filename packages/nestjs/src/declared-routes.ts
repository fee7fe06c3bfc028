import { RequestMethod } from '@nestjs/common'
import { MetadataScanner, type ModulesContainer } from '@nestjs/core'
import { type Declaration, declarationOf } from './declaration.js'

/** What the controllers of an application declare, by route. */
export interface DeclaredRoutes {
  /** Nothing is declared anywhere. */
  readonly isEmpty: boolean
  /** What was declared for the route of a request; undefined when nothing was, or when it cannot be told. */
  find(method: string, pattern: string): Declaration | undefined
}

interface Route {
  readonly method: string | undefined
  /** The pattern without what lies before it: global prefix, version, path of the module. */
  readonly path: string
  readonly declaration: Declaration | undefined
}

/**
 * Reads what the controllers of an application declare: a guard refuses a request before any interceptor learns which
 * handler it was for (nestjs/nest#3250). Where two routes fit, such as two versions of a controller, neither is taken.
 */
export function createDeclaredRoutes(modules: ModulesContainer): DeclaredRoutes {
  const controllers = Array.from(modules.values()).flatMap((module) => Array.from(module.controllers.values()))
  const all = controllers.flatMap(({ metatype }) => routesOf(metatype as Type))
  const found = new Map<string, Declaration | undefined>()

  function search(method: string, pattern: string): Declaration | undefined {
    const fitting = all.filter((each) => fits(each, method, pattern))
    const longest = Math.max(...fitting.map(({ path }) => path.length))
    const [first, second] = fitting.filter(({ path }) => path.length === longest)
    return second === undefined ? first?.declaration : undefined
  }

  return {
    isEmpty: all.every(({ declaration }) => declaration === undefined),
    find(method, pattern) {
      const key = `${method} ${pattern}`
      if (!found.has(key)) found.set(key, search(method, pattern))
      return found.get(key)
    },
  }
}

interface Type {
  readonly prototype: Readonly<Record<string, object>>
}

function routesOf(type: Type): Route[] {
  return new MetadataScanner().getAllMethodNames(type.prototype).flatMap((name) => {
    const handler = type.prototype[name] ?? {}
    const declaration = declarationOf(type, handler)
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined
    if (method === undefined) return []
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

function fits({ method, path }: Route, asked: string, pattern: string): boolean {
  const isMethod = method === undefined || method === asked || (method === 'GET' && asked === 'HEAD')
  return isMethod && joined(pattern).endsWith(path)
}
