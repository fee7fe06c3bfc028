import { createAuditTrail, send, staticTokens, toApiRequest } from '@actrail/core'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { childSettings, serveParent } from '../runner/parent'

/** What the application is started with. */
export interface AppSettings {
  readonly database: string
  readonly directory: string
  readonly workspaces: readonly string[]
}

/** What it is asked to record: so many events in each workspace, in all so many a second. */
export interface Recording {
  readonly each: number
  readonly perSecond: number
}

/** The token of a workspace. */
export const tokenOf = (workspace: string): string => `token-${workspace}`
/** The action of the n-th event of a workspace. */
export const actionOf = (n: number): string => `event.${n}`

const TURN_MS = 20

async function main(): Promise<void> {
  const { workspaces, ...settings } = childSettings<AppSettings>()
  const principals = workspaces.map((workspace) => [
    tokenOf(workspace),
    { id: `reader of ${workspace}`, workspaces: [workspace], permissions: ['activity:read' as const] },
  ])
  const trail = createAuditTrail({ ...settings, authorize: staticTokens(Object.fromEntries(principals)) })
  await trail.start()
  const record = async ({ each, perSecond }: Recording): Promise<void> => {
    const began = performance.now()
    const all = each * workspaces.length
    for (let done = 0; done < all; await wait(TURN_MS)) {
      const due = Math.min(all, Math.ceil(((performance.now() - began) / 1_000) * perSecond))
      for (; done < due; done++) {
        const workspace = workspaces[done % workspaces.length] as string
        const details = { recordedAt: performance.timeOrigin + performance.now() }
        void trail.record({ action: actionOf(Math.floor(done / workspaces.length)), workspace, details })
      }
    }
    await trail.flush()
  }
  const server = createServer((req, res) => {
    const request = toApiRequest(req)
    void trail.handle(request).then((response) => send(res, response))
  })
  server.listen(0, '127.0.0.1', () => {
    const memory = (): number => {
      globalThis.gc?.()
      return process.memoryUsage.rss()
    }
    serveParent({ record, memory, stop: () => trail.stop() }, (server.address() as AddressInfo).port)
  })
}

if (require.main === module) void main()
