import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { CaseResult, MatrixKit } from '../../conformance/matrix'
import type { MatrixSettings } from '../../conformance/matrix-child'

const PATIENCE_MS = 300_000
/** How long a process may take to end by itself after it has closed everything. */
const END_MS = 10_000

/** What is played, and where. */
export interface TargetPlay {
  readonly kit: MatrixKit
  /** A folder that `buildStand` made. */
  readonly stand: string
  /** URL of a server on which databases may be made. */
  readonly server: string
}

/** The cases of one target, from a process of its own. A process that dies, hangs or does not end is a failure. */
export async function playTarget(play: TargetPlay): Promise<{ cases: readonly CaseResult[]; failure?: string }> {
  const settings = {
    kit: play.kit,
    database: await newDatabase(play.server),
    directory: mkdtempSync(join(play.stand, 'trail-')),
  }
  const child = start(play.stand, settings)
  const output: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk))
  let cases: readonly CaseResult[] | undefined
  let timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  child.on('message', (message) => {
    cases = (message as { cases: readonly CaseResult[] }).cases
    clearTimeout(timer)
    timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
  })
  const [code, signal] = await ended(child)
  clearTimeout(timer)
  if (cases === undefined) return { cases: [], failure: `ended with ${signal ?? code}: ${wordsOf(output)}` }
  if (signal !== null) return { cases, failure: 'everything is closed, and something keeps the process alive' }
  return { cases }
}

function start(stand: string, settings: MatrixSettings): ChildProcess {
  return fork(join(stand, 'matrix-child.js'), [JSON.stringify(settings)], {
    cwd: stand,
    execArgv: [], // not the loaders of this process
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve([code, signal]))
  })
}

/** The message of an error that ended the process, or all that it printed. */
function wordsOf(output: readonly Buffer[]): string {
  const text = Buffer.concat(output).toString().trim()
  return /^\w*Error[^\n]*: .*$/m.exec(text)?.[0] ?? text
}

async function newDatabase(server: string): Promise<string> {
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    const name = `target_${randomUUID().replaceAll('-', '')}`
    await client.query(`create database ${name}`)
    const url = new URL(server)
    url.pathname = `/${name}`
    return url.href
  } finally {
    await client.end()
  }
}
