import { type AuditTrail, type EventInput, staticTokens } from '@actrail/core'
import { audit } from '@actrail/express'
import express from 'express'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

import { interruption } from '../../packages/cli/src/interruption'
import { createDatabase, type TestDatabase } from '../db/databases'
import { runCli } from './run-cli'

// The commands of the reference against an application with a real database.

let database: TestDatabase
let folder: string
let trail: AuditTrail
let server: Server
let env: Record<string, string>

const at = (clock: string, event: Omit<EventInput, 'occurredAt' | 'workspace'>): EventInput => ({
  ...event,
  workspace: 'acme-corp',
  occurredAt: `2024-01-15T${clock}Z`,
})
const john = { type: 'user', id: 'usr_xyz789', email: 'john@acme.example' }
const environment = (name: string) => ({ type: 'environment', name })
const EVENTS: readonly EventInput[] = [
  at('12:00:00', { action: 'env.cleanup', actor: { type: 'system' }, resource: environment('idle-env-1') }),
  at('13:15:22', {
    action: 'env.update',
    actor: { type: 'service-account', id: 'ci-pipeline' },
    resource: environment('staging-env'),
  }),
  at('14:32:01', {
    action: 'env.create',
    actor: john,
    resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
    ip: '192.168.1.100',
    project: 'frontend',
    source: 'cli',
    context: { cli_version: '1.5.0' },
    changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
  }),
]

beforeAll(async () => {
  database = await createDatabase()
  folder = mkdtempSync(join(tmpdir(), 'actrail-cli-db-'))
  const activity = audit({
    database: database.url,
    directory: folder,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    authorize: staticTokens({
      'a-token-for-tests': {
        id: 'auditor',
        workspaces: ['acme-corp'],
        permissions: ['activity:read', 'activity:export'],
      },
    }),
  })
  ;({ trail } = activity)
  const app = express().use(activity).use('/api/v1', activity.router())
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())))
  const { port } = server.address() as AddressInfo
  env = { ACTRAIL_SERVER: `http://127.0.0.1:${port}/api/v1`, ACTRAIL_TOKEN: 'a-token-for-tests', HOME: folder }
  for (const event of EVENTS) await trail.record(event)
  await trail.flush()
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await trail.stop()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const activity = (...argv: string[]) => runCli(['activity', ...argv], { env, cwd: folder })

it.each([
  [['--env', 'my-feature-env'], ['my-feature-env']],
  [['--user', 'john@acme.example'], ['my-feature-env']],
  [['--actor', 'service-account:ci-pipeline'], ['staging-env']],
  [['--actor', 'system'], ['idle-env-1']],
  [['--action', '*.create'], ['my-feature-env']],
  [['--action', 'env.*', '--project', 'frontend'], ['my-feature-env']],
  [['--action', 'update'], ['staging-env']],
  [['--filter', 'actor.type=service-account and result=success'], ['staging-env']],
])('lists what the documented flags %j find', async (argv, expected) => {
  const { exitCode, stdout, stderr } = await activity('--from', '2024-01-01', '--to', '2024-01-31', ...argv)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const rows = stdout.split('\n').filter((line) => line.startsWith('2024-'))
  expect(rows.map((line) => line.split(/ {2,}/).at(-1))).toEqual(expected)
})

it('tells the server which program asks', async () => {
  await activity('--from', '2024-01-01', '--to', '2024-01-31')
  await trail.flush()
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query(`select distinct user_agent from actrail.event where action = 'activity.viewed'`)
  await client.end()
  expect(rows).toEqual([{ user_agent: expect.stringMatching(/^actrail\/\d/) as string }])
})

it('shows the documented detail record', async () => {
  const { stdout } = await activity('--from', '2024-01-01', '--to', '2024-01-31', '--action', 'env.create', '--json')
  const [{ id }] = (JSON.parse(stdout) as { items: [{ id: string }] }).items
  const shown = await activity('show', id)
  expect(JSON.parse(shown.stdout)).toEqual({
    id,
    timestamp: '2024-01-15T14:32:01Z',
    action: 'env.create',
    actor: { type: 'user', id: 'usr_xyz789', email: 'john@acme.example', ip_address: '192.168.1.100' },
    resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
    context: { project: 'frontend', organization: 'acme-corp', source: 'cli', cli_version: '1.5.0' },
    changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
    result: 'success',
  })
})

it('exports the documented months', async () => {
  const range = ['--from', '2024-01-01', '--to', '2024-01-31']
  await activity('export', ...range, '--format', 'csv', '--output', 'january-activity.csv')
  await activity('export', ...range, '--format', 'json', '--output', 'january-activity.json')
  const table = readFileSync(join(folder, 'january-activity.csv'), 'utf8').trimEnd().split('\r\n')
  const array = JSON.parse(readFileSync(join(folder, 'january-activity.json'), 'utf8')) as { action: string }[]
  expect(array.map(({ action }) => action)).toEqual(['env.create', 'env.update', 'env.cleanup'])
  expect(table).toHaveLength(1 + array.length)
  expect(table[0]).toMatch(/^id,timestamp,/)
})

it('streams what is recorded, once', async () => {
  const ending = new AbortController()
  let output = ''
  const stream = runCli(['activity', 'stream', '--action', 'env.*'], {
    ...{ env, cwd: folder, signal: ending.signal },
    onOutput: (text) => (output += text),
  })
  const deadline = Date.now() + 20_000
  for (let count = 0; !output.includes('env-'); count++) {
    if (Date.now() > deadline) throw new Error('The stream showed nothing')
    await trail.record({
      action: 'env.start',
      workspace: 'acme-corp',
      actor: john,
      resource: environment(`env-${count}`),
    })
    await trail.flush()
  }
  ending.abort(interruption('SIGINT'))
  const { exitCode, stdout } = await stream
  expect(exitCode).toBe(130)
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).at(-1))
  expect(new Set(names).size).toBe(names.length)
})
