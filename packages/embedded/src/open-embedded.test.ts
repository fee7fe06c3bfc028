import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client, type PoolClient, Pool } from 'pg'
import { DataSource, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm'
import { type EmbeddedStore, openEmbedded } from './open-embedded'

const folder = mkdtempSync(path.join(tmpdir(), 'actrail-embedded-'))
const directory = path.join(folder, 'store')
let store: EmbeddedStore
let pool: Pool

function newPool(of: EmbeddedStore, max = 4): Pool {
  const made = new Pool({ stream: of.stream, user: 'postgres', database: 'postgres', max })
  made.on('error', () => {})
  made.on('connect', (client) => client.on('error', () => {}))
  return made
}

async function withClients<T>(work: (a: PoolClient, b: PoolClient) => Promise<T>): Promise<T> {
  const [a, b] = [await pool.connect(), await pool.connect()]
  try {
    return await work(a, b)
  } finally {
    a.release()
    b.release()
  }
}

/** What `attempt` gives when it first succeeds, within 20 s. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

beforeAll(async () => {
  store = await openEmbedded({ directory, idleTransactionMs: 200 })
  pool = newPool(store)
})

afterAll(async () => {
  await pool.end()
  await store.close()
  rmSync(folder, { recursive: true })
})

describe('the embedded store behind pg', () => {
  it('is a PostgreSQL 18', async () => {
    const { rows } = await pool.query<{ server_version: string }>('show server_version')
    expect(rows[0]?.server_version).toMatch(/^18\./)
  })

  it('gives back types as a server does', async () => {
    const sent = {
      at: new Date('2026-01-02T03:04:05.678Z'),
      json: { a: [1, 'ü', null] },
      bytes: Buffer.from([0, 1, 255]),
    }
    const { rows } = await pool.query(
      `select $1::timestamptz as at, $2::jsonb as json, $3::bytea as bytes, $4::bigint as big, $5::int[] as list,
        $6::boolean as yes, $7::text as nothing, $8::inet as address`,
      [sent.at, sent.json, sent.bytes, '9007199254740993', [1, 2], true, null, '2001:db8::1'],
    )
    expect(rows).toEqual([
      { ...sent, big: '9007199254740993', list: [1, 2], yes: true, nothing: null, address: '2001:db8::1' },
    ])
  })

  it('says with an SQLSTATE what was wrong, and goes on', async () => {
    await pool.query('create table once (id int primary key)')
    await pool.query('insert into once values (1)')
    await expect(pool.query('insert into once values (1)')).rejects.toMatchObject({
      code: '23505',
      constraint: 'once_pkey',
    })
    await expect(pool.query('selec 1')).rejects.toMatchObject({ code: '42601' })
    await expect(pool.query('select $1::jsonb', ['"\\u0000"'])).rejects.toMatchObject({ code: '22P05' })
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  it('takes and gives values of megabytes', async () => {
    const json = Buffer.from(JSON.stringify(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(40) }))))
    expect(json.length).toBeGreaterThan(1_000_000)
    const { rows } = await pool.query<{ count: number; text: string }>(
      'select json_array_length($1::json)::int as count, $1::json::text as text',
      [json],
    )
    expect(rows[0]?.count).toBe(20_000)
    expect(rows[0]?.text).toBe(json.toString())
  })

  it('keeps concurrent transactions apart', async () => {
    await pool.query('create table balance as select 0 as amount')
    const add = async (): Promise<void> => {
      const client = await pool.connect()
      await client.query('begin')
      const { rows } = await client.query<{ amount: number }>('select amount from balance')
      await new Promise((resolve) => setImmediate(resolve))
      await client.query('update balance set amount = $1', [(rows[0]?.amount ?? 0) + 1])
      await client.query('commit')
      client.release()
    }
    await Promise.all(Array.from({ length: 20 }, add))
    expect((await pool.query('select amount from balance')).rows).toEqual([{ amount: 20 }])
  })

  it('rolls back when a connection goes away in the middle of a transaction', async () => {
    await pool.query('create table unfinished (n int)')
    const client = new Client({ stream: store.stream, user: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    await client.query('begin')
    await client.query('insert into unfinished values (1)')
    await client.end()
    expect((await pool.query('select * from unfinished')).rows).toEqual([])
  })

  it('lets two connections give the same name to different prepared statements', async () => {
    await withClients(async (a, b) => {
      expect((await a.query({ name: 'same', text: 'select 1 as n' })).rows).toEqual([{ n: 1 }])
      expect((await b.query({ name: 'same', text: 'select 2 as m' })).rows).toEqual([{ m: 2 }])
      expect((await a.query({ name: 'same', text: 'select 1 as n' })).rows).toEqual([{ n: 1 }])
    })
  })

  it('brings notifications of one connection to another', async () => {
    await withClients(async (a, b) => {
      const heard = new Promise((resolve) =>
        a.once('notification', ({ channel, payload }) => resolve({ channel, payload })),
      )
      await a.query('listen news')
      await b.query(`notify news, 'fresh'`)
      expect(await heard).toEqual({ channel: 'news', payload: 'fresh' })
      await a.query('unlisten news')
    })
  })

  it('ends a query on a second connection inside an open transaction with a clear error', async () => {
    await withClients(async (a, b) => {
      await a.query('begin')
      await expect(b.query('select 1')).rejects.toMatchObject({
        code: '55P03',
        message: expect.stringContaining('one transaction at a time'),
      })
      await a.query('commit')
      expect((await b.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    })
  })

  it('refuses COPY FROM STDIN and survives it', async () => {
    await pool.query('create table copied (n int)')
    await expect(pool.query('copy copied from stdin')).rejects.toMatchObject({ code: '57014' })
    expect((await pool.query('select * from copied')).rows).toEqual([])
  })

  it('is opened by one at a time', async () => {
    await expect(openEmbedded({ directory })).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' })
    const script = `require('@actrail/embedded').openEmbedded({ directory: ${JSON.stringify(directory)} })
      .catch((error) => console.log(error.code))`
    const answer = execFileSync(process.execPath, ['-e', script], { cwd: __dirname, encoding: 'utf8' })
    expect(answer.trim()).toBe('ERR_STORE_LOCKED')
  })

  it('is refused to cluster workers', () => {
    const script = path.join(folder, 'cluster.js')
    const entry = JSON.stringify(require.resolve('@actrail/embedded'))
    writeFileSync(
      script,
      `const cluster = require('node:cluster')
      if (cluster.isPrimary) cluster.fork()
      else require(${entry}).openEmbedded({ directory: 'unused' })
        .catch((error) => { console.log(error.code); cluster.worker.disconnect() })`,
    )
    const answer = execFileSync(process.execPath, [script], { encoding: 'utf8' })
    expect(answer.trim()).toBe('ERR_STORE_CLUSTER')
  })
})

class Make1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table thing (id bigint generated always as identity primary key, facts jsonb not null)')
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table thing')
  }
}

interface Thing {
  id: string
  facts: unknown
}

const Things = new EntitySchema<Thing>({
  name: 'thing',
  columns: { id: { type: 'bigint', primary: true, generated: 'increment' }, facts: { type: 'jsonb' } },
})

describe('TypeORM on the embedded store', () => {
  let source: DataSource

  beforeAll(async () => {
    source = new DataSource({
      type: 'postgres',
      entities: [Things],
      migrations: [Make1700000000000],
      extra: { stream: store.stream, user: 'postgres', database: 'postgres', max: 3 },
    })
    await source.initialize()
  })

  afterAll(() => source.destroy())

  it('runs migrations once', async () => {
    expect(await source.runMigrations()).toHaveLength(1)
    expect(await source.runMigrations()).toHaveLength(0)
  })

  it('saves, finds and rolls back', async () => {
    const things = source.getRepository(Things)
    await things.save({ facts: { a: 1 } })
    await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        source.transaction(async (manager) => {
          await manager.getRepository(Things).save({ facts: { n } })
          if (n % 2 === 0) throw new Error('no')
        }),
      ),
    )
    expect(await things.count()).toBe(6)
    expect((await things.findOneByOrFail({ id: '1' })).facts).toEqual({ a: 1 })
  })
})

describe('the life of the embedded store', () => {
  it('frees the folder, its connections and the process when it is closed', () => {
    const script = `const { openEmbedded } = require('@actrail/embedded')
      const { Pool } = require('pg')
      const directory = ${JSON.stringify(path.join(folder, 'again'))}
      async function once() {
        const store = await openEmbedded({ directory })
        const pool = new Pool({ stream: store.stream, user: 'postgres' })
        pool.on('error', () => {})
        pool.on('connect', (client) => client.on('error', () => {}))
        await pool.query('select 1')
        const left = pool.connect().catch(() => {})
        await Promise.all([store.close(), store.close()])
        const refused = await new Pool({ stream: store.stream }).query('select 1').catch((error) => error.code)
        return refused
      }
      once().then(async (first) => console.log(first, await once()))`
    const answer = execFileSync(process.execPath, ['-e', script], { cwd: __dirname, encoding: 'utf8', timeout: 60_000 })
    expect(answer.trim()).toBe('ERR_STORE_CRASHED ERR_STORE_CRASHED')
  })

  it('tells every connection when its thread dies, and starts again for the next one', async () => {
    const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() }
    const own = await openEmbedded({ directory: path.join(folder, 'dying'), logger })
    const clients = newPool(own)
    try {
      const idle = await clients.connect()
      const heard = new Promise<Error>((resolve) => idle.once('error', resolve))
      await clients.query('create table kept as select 1 as n')
      await clients.query('set exit_on_error = on')
      await expect(clients.query('select 1/0')).rejects.toMatchObject({ code: '22012' })
      expect(await heard).toMatchObject({ code: 'ERR_STORE_CRASHED' })
      idle.release(true)
      expect(logger.error).toHaveBeenCalledTimes(1)
      expect(await eventually(() => clients.query('select n from kept'))).toMatchObject({ rows: [{ n: 1 }] })
    } finally {
      await clients.end()
      await own.close()
    }
  })

  it('loses no acknowledged row when its process is killed during writes', async () => {
    const target = path.join(folder, 'killed')
    const script = `const { openEmbedded } = require('@actrail/embedded')
      const { Pool } = require('pg')
      openEmbedded({ directory: ${JSON.stringify(target)} }).then(async (store) => {
        const pool = new Pool({ stream: store.stream, user: 'postgres', max: 3 })
        await pool.query('create table if not exists written (n bigint, filler text)')
        const from = Number((await pool.query('select coalesce(max(n), 0) as n from written')).rows[0].n)
        let next = from + 1
        const loop = async () => { for (;;) { const n = next++; await pool.query("insert into written values ($1, repeat('x', 2000))", [n]); require('fs').writeSync(1, n + '\\n') } }
        await Promise.all([loop(), loop(), loop()])
      })`
    const acknowledged = new Set<string>()
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['-e', script], { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] })
      const goal = acknowledged.size + 50 + Math.floor(Math.random() * 100)
      let text = ''
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString()
          const lines = text.split('\n')
          text = lines.pop() ?? ''
          for (const line of lines) acknowledged.add(line)
          if (acknowledged.size >= goal) child.kill('SIGKILL')
        })
        child.once('close', () => resolve())
      })
    }
    const survivor = await openEmbedded({ directory: target })
    const clients = newPool(survivor, 1)
    const { rows } = await clients.query<{ n: string }>('select n from written')
    const found = new Set(rows.map(({ n }) => n))
    expect([...acknowledged].filter((n) => !found.has(n))).toEqual([])
    expect(rows.length).toBe(found.size)
    await clients.end()
    await survivor.close()
  })
})
