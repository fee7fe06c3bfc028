import { annotate, audit } from '@actrail/express'
import express, { type RequestHandler } from 'express'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import { childSettings, serveParent } from '../runner/parent'
import { createHops } from './hops'
import { FOREIGN_HOPS, type Hop } from './plan'

/** What the application is started with. */
export interface AppSettings {
  readonly database: string
  readonly directory: string
}

const FOREIGN: readonly string[] = FOREIGN_HOPS

function main(): void {
  const settings = childSettings<AppSettings>()
  const activity = audit({ ...settings, trustProxy: ['loopback'] })
  const hop = createHops(new Pool({ connectionString: settings.database, max: 4 }))
  const app = express()
  app.use(activity)
  app.use(authenticate)
  app.use(express.json())
  const handler: RequestHandler<{ id: string }> = async (req, res) => {
    const { id } = req.params
    const hops = String(req.get('x-hops')).split(',') as Hop[]
    const handle = activity.of(req as never)
    for (const [step, name] of hops.entries()) {
      const details = { [`step${step}`]: id }
      const say = FOREIGN.includes(name) ? () => handle.annotate({ details }) : () => annotate({ details })
      await hop(name, () => {
        if (!say()) throw new Error('an annotation was refused')
      })
    }
    if (req.get('x-records')) await activity.trail.record({ action: 'task.noted', resource: { type: 'task', id } })
    res.json({ id })
  }
  app.get('/tasks/:id', handler)
  app.post('/tasks/:id/run', handler)
  const server = app.listen(0, '127.0.0.1', () => {
    serveParent({ flush: () => activity.trail.flush() }, (server.address() as AddressInfo).port)
  })
}

/** Late and asynchronous, as session stores are: who it is becomes known long after the middleware ran. */
const authenticate: RequestHandler = (req, _res, next) => {
  const [id, workspaceId] = String(req.get('authorization')).split('@')
  setTimeout(() => {
    ;(req as { user?: unknown }).user = { id, workspaceId }
    next()
  }, 1)
}

main()
