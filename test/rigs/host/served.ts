import { createRequire } from 'node:module'
import type { HostOptions, Served } from './host-options'
import type { Program } from './programs'

const load = createRequire(__filename)

const nest = () => load('./serve-nest') as typeof import('./serve-nest')

type Serve = (programs: readonly Program[], options: HostOptions | undefined) => Served | Promise<Served>

/** The frameworks that the rig can build with and without the middleware. A process carries one of them. */
const SERVES = {
  express: (): Serve => (load('./serve-express') as typeof import('./serve-express')).serveExpress,
  koa: (): Serve => (load('./serve-koa') as typeof import('./serve-koa')).serveKoa,
  'nest-express': (): Serve => nest().serveNestExpress,
  'nest-fastify': (): Serve => nest().serveNestFastify,
} as const

/** The names that `--framework` takes. */
export const HOSTS: readonly string[] = Object.keys(SERVES)

/** The application of that framework. */
export async function serveHost(
  framework: string,
  programs: readonly Program[],
  options?: HostOptions,
): Promise<Served> {
  return SERVES[framework as keyof typeof SERVES]()(programs, options)
}
