import { createAuditTrail, send, staticTokens, toApiRequest } from '@actrail/core'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { childSettings, serveParent } from '../../test/rigs/runner/parent'

/** What the server is started with. */
export interface ServerSettings {
  readonly database: string
  readonly directory: string
  readonly workspace: string
}

/** The token that may export. */
export const TOKEN = 'exporter'

const SAMPLE_MS = 20

/** Serves the API over a log, in a process whose memory can be watched. */
async function main(): Promise<void> {
  const { database, directory, workspace } = childSettings<ServerSettings>()
  const authorize = staticTokens({
    [TOKEN]: { id: 'bench', workspaces: [workspace], permissions: ['activity:export'] },
  })
  const trail = createAuditTrail({ database, directory, authorize })
  await trail.start()
  const server = createServer((req, res) => {
    void trail.handle(toApiRequest(req)).then((response) => send(res, response))
  })
  server.listen(0, '127.0.0.1', () => {
    let peak = 0
    const sample = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()))
    setInterval(sample, SAMPLE_MS).unref()
    const restart = (): number => {
      globalThis.gc?.()
      return (peak = process.memoryUsage.rss())
    }
    const stop = async (): Promise<void> => {
      server.close()
      server.closeAllConnections()
      await trail.stop()
    }
    serveParent({ restart, peak: () => peak, stop }, (server.address() as AddressInfo).port)
  })
}

if (require.main === module) void main()
