// Serves one request through each framework and reads its event.
import { createTestTrail } from '@actrail/testkit'
import * as hosts from './hosts.js'

async function main() {
  for (const [name, serve] of Object.entries(hosts)) {
    const trail = createTestTrail()
    const server = await serve(trail)
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    await fetch(`http://127.0.0.1:${server.address().port}/projects/p1`, { method: 'DELETE' })
    const event = trail.expectAudited({ action: 'project.delete', result: 'success' })
    if (`on${event.details.by}`.toLowerCase() !== name.toLowerCase())
      throw new Error(`${name}: the annotation is not there`)
    server.close()
    server.closeAllConnections()
  }
}

void main()
