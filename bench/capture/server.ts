import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { childSettings, serveParent } from '../../test/rigs/runner/parent'
import { loadFramework } from './frameworks'
import { createTracking, type ServerSettings } from './modes'
import { startProfile } from './profile'

/** What a server says about itself. */
export interface Sample {
  /** User and system time of the whole process, in microseconds since its start. */
  readonly cpuUs: number
  /** Resident memory after a collection, in bytes. */
  readonly rssBytes: number
}

async function main(): Promise<void> {
  let profile: Awaited<ReturnType<typeof startProfile>> | undefined
  const settings = childSettings<ServerSettings>()
  const framework = loadFramework(settings.framework)
  const tracking = await createTracking(framework, settings)
  const server = await framework.serve(tracking.handler)
  await once(server, 'listening')
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
}

function sample(): Sample {
  const { user, system } = process.cpuUsage()
  globalThis.gc?.() // after the clock was read: the collection is not the requests'
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() }
}

void main()
