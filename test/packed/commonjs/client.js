// Records an event through the client, and reads it back in each way.
const { ActrailClientError, createClient } = require('@actrail/client')
const { audit, staticTokens } = require('@actrail/express')
const { createTestTrail } = require('@actrail/testkit')
const express = require('express')

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
