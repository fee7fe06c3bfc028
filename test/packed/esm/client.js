// Records an event through the client, and reads it back in each way.
import { ActrailClientError, createClient } from '@actrail/client'
import { audit, staticTokens } from '@actrail/express'
import { createTestTrail } from '@actrail/testkit'
import express from 'express'

async function main() {
  const permissions = ['activity:read', 'activity:export', 'activity:write']
  const authorize = staticTokens({ token: { id: 'ci', workspaces: ['acme'], permissions } })
  const activity = audit(createTestTrail({ authorize }))
  const server = express().use('/api/v1', activity.router()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}/api/v1`, token: 'token' })

  const id = await client.record({ action: 'env.create' })
  const { items } = await client.list({ action: ['env.*'] })
  if (items[0]?.id !== id) throw new Error('the event is not listed')
  let file = ''
  for await (const bytes of client.export({ action: ['env.*'] }, { format: 'ndjson' })) file += Buffer.from(bytes)
  if (JSON.parse(file).id !== id) throw new Error('the event is not exported')
  await client.record({ action: 'env.stop' })
  for await (const { action } of client.stream({}, { after: id })) {
    if (action === 'env.stop') break
  }
  const error = await client.list({ limit: 999 }).catch((caught) => caught)
  if (!(error instanceof ActrailClientError)) throw new Error('the error is not of the client')
  server.close()
  server.closeAllConnections()
}

void main()
