import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Pool } from 'pg'
import { type EmbeddedStore, openEmbedded } from './open-embedded'

const directory = mkdtempSync(path.join(tmpdir(), 'actrail-housekeeping-'))
let store: EmbeddedStore
let pool: Pool

beforeAll(async () => {
  store = await openEmbedded({ directory })
  pool = new Pool({ stream: store.stream, user: 'postgres', database: 'postgres', max: 2 })
  pool.on('error', () => {})
})

afterAll(async () => {
  await pool.end()
  await store.close()
  rmSync(directory, { recursive: true })
})

async function one<Row extends Record<string, unknown>>(sql: string): Promise<Row> {
  const { rows } = await pool.query<Row>(sql)
  if (!rows[0]) throw new Error('no row')
  return rows[0]
}

/** Looking is activity, too: so it looks seldom. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 60 s')
    await new Promise((resolve) => setTimeout(resolve, 5_000))
  }
}

it('removes dead rows and counts the living, as autovacuum would', async () => {
  await pool.query(`create table busy as select n, repeat('x', 100) as filler from generate_series(1, 5000) as n`)
  await pool.query('delete from busy where n > 1000')
  await until(async () => {
    const { dead, analyzed } = await one<{ dead: number; analyzed: boolean }>(
      `select n_dead_tup::int as dead, last_analyze is not null as analyzed from pg_stat_user_tables where relname = 'busy'`,
    )
    return dead === 0 && analyzed
  })
  expect((await one('select count(*)::int as n from busy')).n).toBe(1_000)
}, 90_000)

it('writes checkpoints, so that little has to be replayed after a crash', async () => {
  const replay = `select (pg_current_wal_lsn() - redo_lsn)::float8 / 1e6 as mb from pg_control_checkpoint()`
  const { start } = await one<{ start: string }>('select pg_current_wal_lsn()::text as start')
  await pool.query(`create table big as select repeat(md5(n::text), 10) as filler from generate_series(1, 200000) as n`)
  const { mb } = await one<{ mb: number }>(`select (pg_current_wal_lsn() - '${start}')::float8 / 1e6 as mb`)
  expect(mb).toBeGreaterThan(50)
  await until(async () => (await one<{ mb: number }>(replay)).mb < 5)
}, 90_000)
