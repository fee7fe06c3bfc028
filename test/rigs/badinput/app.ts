import { audit, staticTokens } from '@actrail/express'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { childSettings, serveParent } from '../runner/parent'
import { TOKEN } from './requests'

/** What the attacked application is started with. */
export interface AppSettings {
  readonly database: string
  readonly directory: string
}

const EVENTS = 500

async function main(): Promise<void> {
  const activity = audit({
    ...childSettings<AppSettings>(),
    authorize: staticTokens({
      [TOKEN]: {
        id: 'reader',
        workspaces: ['acme'],
        permissions: ['activity:read', 'activity:export', 'activity:write'],
      },
    }),
  })
  const app = express()
  app.set('env', 'test')
  app.use(activity)
  app.use('/api/v1', activity.router())
  for (let n = 0; n < EVENTS; n++) {
    const resource = { type: 'issue', id: String(n % 20) }
    await activity.trail.record({ action: 'issue.updated', workspace: 'acme', issue: resource.id, resource })
  }
  await activity.trail.flush()
  const server = app.listen(0, '127.0.0.1', () => {
    // What reads of the log leave in the journal must be stored before bytes are counted.
    const heap = async (): Promise<number> => {
      await activity.trail.flush()
      for (let round = 0; round < 4; round++) {
        globalThis.gc?.()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return process.memoryUsage().heapUsed
    }
    const stop = (): Promise<void> => activity.trail.stop()
    serveParent({ heap, stop }, (server.address() as AddressInfo).port)
  })
}

void main()
