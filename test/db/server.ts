import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { type Identity, POSTGRES_VERSIONS, type PostgresVersion, readableBinaries, serverIdentity } from './binaries'

const run = promisify(execFile)

/** Settings of `postgresql.conf`, by name. */
export type PostgresSettings = Record<string, string | number>

/** Which server to start. */
export interface PostgresOptions {
  /** Major version; default 18. */
  version?: PostgresVersion
  /** Over the defaults, which trade durability for speed; see {@link REALISTIC}. */
  settings?: PostgresSettings
}

/** A running server. */
export interface PostgresServer {
  /** Superuser, database `postgres`, on 127.0.0.1. */
  readonly url: string
  readonly version: PostgresVersion
  /** Stops the server and removes its data, unless told to keep it; may be called twice. */
  stop(options?: { keepData?: boolean }): Promise<void>
  /** The folder that holds `data`. */
  readonly folder: string
}

/** The only user that must give a password, once a test has created it. */
export const USER_WITH_PASSWORD = 'has_a_password'

const FAST: PostgresSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: 200,
  autovacuum_naptime: '10s',
}

/** Settings for benchmarks: durable as in production, with the memory of a small dedicated machine. */
export const REALISTIC: PostgresSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  effective_cache_size: '3GB',
  max_wal_size: '4GB',
  autovacuum_naptime: '60s',
}

// The server's guard: standard input ends when our process does, however it dies, and takes the server and its data
// along. $1 = bin/postgres, $2 = the folder to remove, the rest = arguments.
const GUARD = `
postgres=$1; folder=$2; shift 2
exec 3<&0
"$postgres" "$@" </dev/null 3<&- & server=$!
{ cat <&3 >/dev/null; kill -INT $server; } 2>/dev/null & guard=$!
wait $server; code=$?
kill $guard 2>/dev/null
[ $code -eq 0 ] && [ ! -e "$folder/keep" ] && rm -rf "$folder" # an ordered shutdown; else a second attempt, or somebody's autopsy, needs it
exit $code
`

/** Starts a real PostgreSQL on a free port with an empty data folder; it dies with this process. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const version = options.version ?? 18
  const identity = serverIdentity()
  const folder = mkdtempSync(path.join(tmpdir(), 'actrail-pg-'))
  if (identity) chownSync(folder, identity.uid, identity.gid)
  try {
    const native = readableBinaries(version, identity, folder)
    await initialise(native, folder, identity)
    return await serve({ native, folder, identity, settings: { ...FAST, ...options.settings } }, version)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Starts a server again on the folder of a stopped one: on a free port (see `test/db/open.ts`), or on a given one. */
export async function reopenPostgres(
  folder: string,
  { port, settings }: { port?: number; settings?: PostgresSettings } = {},
): Promise<PostgresServer> {
  const major = Number(readFileSync(path.join(folder, 'data', 'PG_VERSION'), 'utf8'))
  const version = POSTGRES_VERSIONS.find((known) => known === major)
  if (version === undefined) throw new Error(`${folder} was not made by the tests`)
  const identity = serverIdentity()
  const native = readableBinaries(version, identity, folder)
  return serve({ native, folder, identity, settings: { ...FAST, ...settings }, port }, version)
}

async function serve(how: Launch, version: PostgresVersion): Promise<PostgresServer> {
  const { child, url } = await launch(how)
  return {
    url,
    version,
    folder: how.folder,
    stop(options) {
      if (options?.keepData === true) writeFileSync(path.join(how.folder, 'keep'), '')
      return stop(child)
    },
  }
}

async function initialise(native: string, folder: string, identity: Identity | undefined): Promise<void> {
  const flags = [
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  const args = ['-D', path.join(folder, 'data'), ...flags]
  await run(path.join(native, 'bin', 'initdb'), args, { ...identity, cwd: folder, env: environment() })
  const rules = path.join(folder, 'data', 'pg_hba.conf')
  // The first rule that fits counts: this one user has to give a password.
  writeFileSync(rules, `host all ${USER_WITH_PASSWORD} all scram-sha-256\n${readFileSync(rules, 'utf8')}`)
}

interface Launch {
  native: string
  folder: string
  identity: Identity | undefined
  settings: PostgresSettings
  port?: number | undefined
}

/** Tries again when another process took the free port before the server could. */
async function launch(how: Launch): Promise<{ child: ChildProcess; url: string }> {
  for (let attempt = 1; ; attempt++) {
    const port = how.port ?? (await freePort())
    const child = spawnGuarded(how, port)
    const output: Buffer[] = []
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk))
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    if (await answers(child, url)) {
      child.stderr?.removeAllListeners('data').resume()
      return { child, url }
    }
    if (attempt === 3) throw new Error(`PostgreSQL did not start:\n${Buffer.concat(output).toString()}`)
  }
}

function spawnGuarded({ native, folder, identity, settings }: Launch, port: number): ChildProcess {
  const args = ['-D', path.join(folder, 'data'), '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  const argv = ['-c', GUARD, 'postgres-guard', path.join(native, 'bin', 'postgres'), folder, ...args]
  const child = spawn('/bin/sh', argv, {
    ...identity,
    cwd: '/',
    env: environment(),
    detached: true, // Ctrl-C reaches us, and through the closed pipe the server
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin?.on('error', () => {}) // the server may be gone first
  child.on('error', () => {})
  child.unref()
  for (const pipe of [child.stdin, child.stderr]) if (pipe instanceof Socket) pipe.unref()
  return child
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + 30_000
  while (child.exitCode === null && Date.now() < deadline) {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  await stop(child)
  return false
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.ref()
    child.stdin?.end()
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

// PG* variables of the developer's shell must not reach initdb or the server.
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}
