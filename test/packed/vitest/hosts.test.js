// Each framework under Vitest, which loads ES modules.
import { auditMatchers, createTestTrail } from '@actrail/testkit'
import { expect, test } from 'vitest'
import * as hosts from './hosts.js'

expect.extend(auditMatchers)

test.each(Object.entries(hosts))('%s leaves the event of its request', async (_name, serve) => {
  const trail = createTestTrail()
  const server = await serve(trail)
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  await fetch(`http://127.0.0.1:${server.address().port}/projects/p1`, { method: 'DELETE' })
  expect(trail).toHaveAudited({ action: 'project.delete', result: 'success' })
  server.close()
  server.closeAllConnections()
})
