import { createClient, type ExportFormat } from '@actrail/client'
import { createAuditTrail, staticTokens } from '@actrail/core'
import { audit } from '@actrail/express'
import express, { type Request } from 'express'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createDatabase } from '../db/databases'
import { startFaultServer } from './fault-server'
import { close, listen } from './serve-log'

const EVENTS = 120

it('reads a log in Postgres: files and a stream are whole over connections that break', async () => {
  const database = await createDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'actrail-client-'))
  const permissions = ['activity:read', 'activity:export', 'activity:write'] as const
  const authorize = staticTokens({ ann: { id: 'ann', workspaces: ['acme'], permissions } })
  const trail = createAuditTrail<Request>({ database: database.url, directory, authorize })
  const { origin, server } = await listen(createServer(express().use('/api/v1', audit(trail).router())))
  const between = await startFaultServer(origin)
  const client = createClient({ baseUrl: `${between.origin}/api/v1`, token: 'ann' })
  const expected = Array.from({ length: EVENTS }, (_, n) => `n.${n}`)
  try {
    await trail.start()
    const first = await client.record({ action: 'n.first', details: { text: '"quoted"\r\nand, cut' } })
    for (const action of expected) await trail.record({ action, workspace: 'acme', details: { text: 'a "b"\r\n' } })
    await trail.flush()

    for (const format of ['csv', 'json', 'ndjson'] satisfies ExportFormat[]) {
      const headers = { authorization: 'Bearer ann' }
      const direct = await fetch(`${origin}/api/v1/activity/export?action=n.*&format=${format}`, { headers })
      between.plan(/export/, { kind: 'cut', afterBytes: 9_000 }, { kind: 'shorten', afterBytes: 7_000 })
      let file = ''
      for await (const bytes of client.export({ action: ['n.*'] }, { format }))
        file += Buffer.from(bytes).toString('latin1')
      expect(file).toBe(await direct.text())
    }

    between.plan(/stream/, { kind: 'cut', afterBytes: 9_000 }, { kind: 'shorten', afterBytes: 5_000 })
    const followed: string[] = []
    for await (const { action } of client.stream({ action: ['n.*'] }, { after: first })) {
      if (followed.push(action) === EVENTS) break
    }
    expect(followed).toEqual(expected)
  } finally {
    await between.stop()
    await close(server)
    await trail.stop()
    await database.drop()
    rmSync(directory, { recursive: true, force: true })
  }
})
