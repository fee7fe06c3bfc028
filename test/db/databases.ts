import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { Client } from 'pg'
import type { PostgresVersion } from './binaries'
import { RUN_SOCKET } from './run'

/** Which server, and what to start from. */
export interface DatabaseOptions {
  /** Major version; default 18. */
  version?: PostgresVersion
  /**
   * Fills a template database, once per test file and version; every database is then a copy of it. Must close its
   * connections: PostgreSQL copies only what nobody uses.
   */
  template?: (url: string) => Promise<void>
}

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string
  readonly name: string
  /** For `afterEach`: drops the database, unless the current test has failed; then it stays and its name is printed. */
  drop(): Promise<void>
}

// One per test file, since jest gives each file its own modules.
const templates = new Map<string, Promise<string>>()
const templateKeys = new WeakMap<object, number>()
let nextTemplateKey = 1

/** A new, empty (or copied) database on the server of this test run. */
export async function createDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = await serverUrl(options.version ?? 18)
  const template = options.template && (await templateOf(server, options.template))
  const name = await create(server, 'test', template)
  return { url: urlOf(server, name), name, drop: () => drop(server, name) }
}

function templateOf(server: string, fill: (url: string) => Promise<void>): Promise<string> {
  const key = templateKeys.get(fill) ?? nextTemplateKey++
  templateKeys.set(fill, key)
  const known = templates.get(`${key} ${server}`)
  if (known) return known
  const made = create(server, 'template').then(async (name) => {
    await fill(urlOf(server, name))
    return name
  })
  templates.set(`${key} ${server}`, made)
  return made
}

async function create(server: string, purpose: string, template = 'template1'): Promise<string> {
  const name = `${purpose}_${process.pid}_${randomBytes(4).toString('hex')}`
  await administer(server, `create database ${name} template ${template}`)
  return name
}

async function drop(server: string, name: string): Promise<void> {
  const failed = (globalThis as { currentTestFailed?: string }).currentTestFailed // set by test/db/environment.ts
  if (failed === undefined) return administer(server, `drop database if exists ${name} with (force)`)
  console.error(`kept database ${name} of the failing test "${failed}"`)
  if (process.env[RUN_SOCKET] !== undefined) await ask({ kept: name })
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** The server of this test run (see test/db/run.ts), or the developer's own in `ACTRAIL_TEST_POSTGRES_URL`. */
export async function serverUrl(version: PostgresVersion): Promise<string> {
  const own = process.env.ACTRAIL_TEST_POSTGRES_URL
  if (own !== undefined) return own
  const { url, error } = await ask({ version })
  if (url === undefined) throw new Error(error ?? `no PostgreSQL ${version}`)
  return url
}

function ask(request: { version: number } | { kept: string }): Promise<{ url?: string; error?: string }> {
  const address = process.env[RUN_SOCKET]
  if (address === undefined)
    return Promise.reject(new Error('run the database tests with jest: its setup starts the server'))
  return new Promise((resolve, reject) => {
    const answer: Buffer[] = []
    const socket = connect(address, () => socket.write(JSON.stringify(request)))
    socket.on('data', (chunk: Buffer) => answer.push(chunk))
    socket.once('error', reject)
    socket.once('end', () => resolve(JSON.parse(Buffer.concat(answer).toString()) as { url?: string; error?: string }))
  })
}
