import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp as createExpressApp } from '../../examples/express/src/app'
import { firstRound } from '../../examples/express/src/traffic'
import { createApp as createKoaApp } from '../../examples/koa/src/app'
import { createApp as createNestApp } from '../../examples/nestjs/src/app'
import { AuditTrail } from '@actrail/nestjs'
import { createDatabase, type TestDatabase } from '../db/databases'

interface Options {
  readonly database: string
  readonly directory: string
}

/** What the tests need of an example, whatever it is written in. */
interface Example {
  readonly server: Server
  flush(): Promise<void>
  stop(): Promise<void>
}

const EXAMPLES: Readonly<Record<string, (options: Options) => Promise<Example>>> = {
  express: async (options) => servedBy(createExpressApp(options)),
  koa: async (options) => servedBy(createKoaApp(options)),
  nestjs: async (options) => {
    const host = await createNestApp(options)
    await host.listen(0)
    return {
      server: host.getHttpServer() as Server,
      flush: () => host.get(AuditTrail).flush(),
      stop: () => host.close(),
    }
  },
}

async function servedBy({ app, activity: { trail } }: ReturnType<typeof createExpressApp | typeof createKoaApp>) {
  const server = app.listen(0)
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await trail.stop()
  }
  return { server, flush: () => trail.flush(), stop }
}

let database: TestDatabase
let directory: string
beforeEach(async () => {
  database = await createDatabase()
  directory = mkdtempSync(join(tmpdir(), 'actrail-example-'))
})
afterEach(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

it.each(Object.keys(EXAMPLES))('the issue tracker in %s shows what its users did', async (name) => {
  const create = EXAMPLES[name] as (typeof EXAMPLES)[string]
  const { server, flush, stop } = await create({ database: database.url, directory })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await firstRound(base)
    await flush()
    expect(await entries(base, '/workspaces/acme/activity')).toEqual([
      'issue.delete by user:bob {}',
      'auth.login by user:null {"login_method":"email_password","attempted_email":"mallory@evil.example"}',
      'issue.updated by agent:triage-bot {"state":"closed"}',
      'issue.updated by user:alice {"title":"Fix the login bug"}',
      'issue.created by user:alice {"title":"Fix login bug","identifier":"ISS-1"}',
      'auth.login by user:alice {"login_method":"email_password","attempted_email":"alice@acme.example"}',
    ])
    expect(await entries(base, '/workspaces/acme/issues/ISS-1/activity')).toHaveLength(4)
  } finally {
    await stop()
  }
})

/** A list of the log, newest first, a line an event. */
async function entries(base: string, path: string): Promise<string[]> {
  const response = await fetch(`${base}/api/v1${path}`, { headers: { authorization: 'Bearer demo' } })
  const list = (await response.json()) as { actor_type: string; actor_id: string; action: string; details: object }[]
  return list.map(({ action, actor_type, actor_id, details }) => {
    return `${action} by ${actor_type}:${actor_id} ${JSON.stringify(details)}`
  })
}
