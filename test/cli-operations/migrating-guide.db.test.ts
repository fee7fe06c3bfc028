import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { runCli } from '../cli/run-cli'
import { createDatabase } from '../db/databases'

const GUIDE = readFileSync(resolve(__dirname, '../../docs/guides/migrating.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((found) => found[1] ?? '')

it('the guide to moving does what it says, with its own table, mapping, commands and counts', async () => {
  const database = await createDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'actrail-guide-'))
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const type = (line: string) =>
    runCli(line.trim().split(' ').slice(2), { cwd: folder, env: { ACTRAIL_DATABASE: database.url } })
  const [table = '', view = '', counts = ''] = blocks('sql')
  const [tryLine = '', importLine = ''] = blocks('sh')

  await client.query(table)
  writeFileSync(join(folder, 'audit.json'), blocks('json')[0] ?? '')
  expect((await type('npx actrail migrate')).exitCode).toBe(0)
  expect(await type(tryLine)).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringMatching(/4 rows: 4 can be imported, 0 cannot/) as string,
  })
  await client.query(view)
  expect((await type(importLine)).stdout).toBe('4 rows: 4 added, 0 were in the log already, 0 rejected.\n')
  expect((await type(importLine)).stdout).toBe('4 rows: 0 added, 4 were in the log already, 0 rejected.\n')

  const counted = (await client.query(counts)) as unknown as { rows: { count: string }[] }[]
  expect(counted.map(({ rows }) => rows[0]?.count)).toEqual(['4', '4'])
  const { rows } = await client.query(
    `select action, verb, occurred_at, actor_type, actor_email, resource_type, resource_id, result, host(ip) as ip, changes, details, context
     from actrail.event where source = 'import' and action <> 'audit.import' order by log_index`,
  )
  const imported = (row: string, more = {}) => ({ imported: { source: 'app.audit_log', row, ...more } })
  expect(rows).toEqual([
    expect.objectContaining({
      action: 'issue.created',
      verb: 'CREATE',
      occurred_at: new Date('2023-06-01T08:00:00Z'),
      details: { comment: 'by mail' },
      ip: '10.1.2.3',
      context: imported('1'),
    }),
    expect.objectContaining({
      action: 'issue.updated',
      actor_type: 'user',
      actor_email: 'ann@example.com',
      resource_type: 'issue',
      resource_id: '501',
      changes: { title: { old: 'A', new: 'B' } },
    }),
    expect.objectContaining({
      result: 'denied',
      occurred_at: new Date('2023-12-24T17:00:00Z'),
      ip: null,
      context: imported('3', { unread: { ip: 'vpn' } }),
    }),
    expect.objectContaining({
      action: 'Backup.run',
      actor_type: 'system',
      resource_type: 'Backup',
      resource_id: null,
      result: 'failure',
    }),
  ])
  await client.end()
  rmSync(folder, { recursive: true, force: true })
  await database.drop()
})
