import { createRequire } from 'node:module'
import type { Framework } from './framework'

const load = createRequire(__filename)

const nest = () => load('./nest') as typeof import('./nest')

const LOADERS = {
  express: (): Framework => (load('./express') as typeof import('./express')).framework as Framework,
  koa: (): Framework => (load('./koa') as typeof import('./koa')).framework as Framework,
  'nest-express': (): Framework => nest().nestOnExpress,
  'nest-fastify': (): Framework => nest().nestOnFastify,
} as const

/** The names that `--framework` takes. */
export const FRAMEWORKS: readonly string[] = Object.keys(LOADERS)

/** The framework of that name; no other is loaded. */
export function loadFramework(name: string): Framework {
  return LOADERS[name as keyof typeof LOADERS]()
}
