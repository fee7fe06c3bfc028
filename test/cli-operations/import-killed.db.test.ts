import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { runCli } from '../cli/run-cli'
import { createDatabase, type TestDatabase } from '../db/databases'
import { oldRows, writeOld } from './old-table'

const MAIN = resolve(__dirname, '../../packages/cli/dist/main.js')
const ROWS = 10_000

let database: TestDatabase
let client: Client
let folder: string
beforeEach(async () => {
  database = await createDatabase()
  client = new Client({ connectionString: database.url })
  await client.connect()
  folder = mkdtempSync(join(tmpdir(), 'actrail-killed-'))
  writeOld(folder, oldRows(ROWS))
  await runCli(['migrate', '--database', database.url])
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await client.end()
  await database.drop()
})

const ARGV = ['import', '--from-csv', 'audit.csv', '--mapping', 'audit.json', '--batch', '25']
const env = () => ({ ACTRAIL_DATABASE: database.url })

/** The program as a process of its own. */
function start(): ChildProcess {
  return spawn(process.execPath, [MAIN, ...ARGV], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env() },
    stdio: 'pipe',
  })
}

async function count(): Promise<{ events: number; rows: number }> {
  const { rows } = await client.query<{ events: number; rows: number }>(
    `select count(*)::int as events, count(distinct context -> 'imported' ->> 'row')::int as rows
     from actrail.event where action <> 'audit.import'`,
  )
  return rows[0] ?? { events: 0, rows: 0 }
}

/** Waits until so many rows are in the log, or the child has ended. */
async function untilThere(events: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000
  while ((await count()).events < events && child.exitCode === null && Date.now() < deadline) await delay(5)
}

it('an import that is killed again and again, and then run to its end, has each row in the log once', async () => {
  const seen: number[] = []
  for (const events of [1, 2_000, 4_500]) {
    const child = start()
    await untilThere(events, child)
    expect(child.exitCode).toBeNull()
    child.kill('SIGKILL')
    await once(child, 'close')
    seen.push((await count()).events)
  }
  // It was killed in the middle each time.
  expect(seen.every((events) => events > 0 && events < ROWS)).toBe(true)
  const last = await runCli([...ARGV, '--json'], { cwd: folder, env: env() })
  expect(last.exitCode).toBe(0)
  const counts = JSON.parse(last.stdout) as { added: number; known: number }
  expect(counts.added + counts.known).toBe(ROWS)
  expect(counts.known).toBeGreaterThanOrEqual(seen.at(-1) ?? 0)
  expect(await count()).toEqual({ events: ROWS, rows: ROWS })
}, 180_000)

it('an import that is interrupted ends what is under way, says so, and goes on the next time', async () => {
  const child = start()
  const output: Buffer[] = []
  child.stdout?.on('data', (piece: Buffer) => output.push(piece))
  await untilThere(100, child)
  child.kill('SIGINT')
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(130)
  const added = Number(/: ([\d,]+) added/.exec(Buffer.concat(output).toString())?.[1]?.replaceAll(',', ''))
  expect(await count()).toEqual({ events: added, rows: added })
  expect(added).toBeLessThan(ROWS)
  const last = await runCli([...ARGV, '--json'], { cwd: folder, env: env() })
  expect(JSON.parse(last.stdout)).toEqual({ rows: ROWS, added: ROWS - added, known: added, rejected: 0 })
  const notes = await client.query<{ result: string }>(
    `select result from actrail.event where action = 'audit.import' order by log_index`,
  )
  expect(notes.rows.map(({ result }) => result)).toEqual(['aborted', 'success'])
}, 120_000)
