import express from 'express'
import type { AddressInfo } from 'node:net'
import { childSettings, serveParent } from '../../test/rigs/runner/parent'
import { startProfile } from './profile'
import { createTracking, mountRoutes, type ServerSettings } from './modes'

/** What a server says about itself. */
export interface Sample {
  /** User and system time of the whole process, in microseconds since its start. */
  readonly cpuUs: number
  /** Resident memory after a collection, in bytes. */
  readonly rssBytes: number
}

async function main(): Promise<void> {
  let profile: Awaited<ReturnType<typeof startProfile>> | undefined
  const tracking = await createTracking(childSettings<ServerSettings>())
  const app = express()
  if (tracking.handler) app.use(tracking.handler)
  mountRoutes(app)
  const server = app.listen(0, '127.0.0.1', () => {
    serveParent(
      {
        sample,
        settle: () => tracking.settle(),
        async startProfile() {
          profile = await startProfile()
        },
        stopProfile: () => profile?.stop(),
        stop: async () => {
          server.close()
          await tracking.stop()
        },
      },
      (server.address() as AddressInfo).port,
    )
  })
}

function sample(): Sample {
  const { user, system } = process.cpuUsage()
  globalThis.gc?.() // after the clock was read: the collection is not the requests'
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() }
}

void main()
