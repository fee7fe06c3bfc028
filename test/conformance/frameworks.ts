import type { CaseApp, ServedCaseApp } from '@actrail/testkit'
import { createRequire } from 'node:module'
import type { CaseStore } from './case-store'

type Serve = (app: CaseApp, store: CaseStore) => Promise<ServedCaseApp>

const load = createRequire(__filename)

const nest = () => load('./nest-harness') as typeof import('./nest-harness')

/** The harness of each framework, loaded when it serves: a process carries one framework and no other. */
const HARNESSES = {
  express: (): Serve => (load('./express-harness') as typeof import('./express-harness')).serveExpress,
  koa: (): Serve => (load('./koa-harness') as typeof import('./koa-harness')).serveKoa,
  'nest-express': (): Serve => nest().serveNestExpress,
  'nest-fastify': (): Serve => nest().serveNestFastify,
} as const

/** The names that `--framework` takes. */
export const FRAMEWORKS: readonly string[] = Object.keys(HARNESSES)

/** Serves an application in the framework of that name. */
export function serveIn(framework: string, app: CaseApp, store: CaseStore): Promise<ServedCaseApp> {
  return HARNESSES[framework as keyof typeof HARNESSES]()(app, store)
}
