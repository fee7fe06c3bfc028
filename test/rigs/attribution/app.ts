import { annotate } from '@actrail/core'
import type { CaseApp, CaseExchange, CaseRoute } from '@actrail/testkit'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'pg'
import type { CaseStore } from '../../conformance/case-store'
import { serveIn } from '../../conformance/frameworks'
import { childSettings, serveParent } from '../runner/parent'
import { createHops, type HopRunner } from './hops'
import { FOREIGN_HOPS, type Hop } from './plan'

/** What the application is started with. */
export interface AppSettings extends CaseStore {
  readonly framework: string
}

const FOREIGN: readonly string[] = FOREIGN_HOPS

async function main(): Promise<void> {
  const { framework, ...store } = childSettings<AppSettings>()
  const hop = createHops(new Pool({ connectionString: store.database, max: 4 }))
  const handle: CaseRoute['handle'] = (exchange) => runTask(exchange, hop)
  const app: CaseApp = {
    routes: [
      { method: 'get', path: '/tasks/:id', handle },
      { method: 'post', path: '/tasks/:id/run', handle },
    ],
    options: { trustProxy: ['loopback'] },
    mountPath: '/audit/v1',
    refuse: () => undefined,
    // Late and asynchronous, as session stores are: who it is becomes known long after the middleware ran.
    async authenticate({ headers }) {
      const [id, workspaceId] = String(headers.authorization).split('@')
      await delay(1)
      return { id, workspaceId }
    },
    bodyLimit: 100_000,
  }
  const { port, trail } = await serveIn(framework, app, store)
  serveParent({ flush: () => trail.flush() }, port)
}

async function runTask({ req, params, annotate: annotateThis, record, send }: CaseExchange, hop: HopRunner) {
  const id = String(params['id'])
  const hops = String(req.headers['x-hops']).split(',') as Hop[]
  for (const [step, name] of hops.entries()) {
    const details = { [`step${step}`]: id }
    const say = FOREIGN.includes(name) ? annotateThis : annotate
    await hop(name, () => {
      if (!say({ details })) throw new Error('an annotation was refused')
    })
  }
  if (req.headers['x-records']) await record({ action: 'task.noted', resource: { type: 'task', id } })
  send(200, { id })
}

void main()
