import { mkdtempSync, readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createAuditTrail } from '@actrail/core'
import { runCli } from '../cli/run-cli'
import { createDatabase, type TestDatabase } from '../db/databases'
import { OLD_MAPPING, OLD_MS, oldRows, writeOld } from './old-table'

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const ROWS = 10_000

let database: TestDatabase
let client: Client
let folder: string
beforeEach(async () => {
  database = await createDatabase()
  client = new Client({ connectionString: database.url })
  await client.connect()
  folder = mkdtempSync(join(tmpdir(), 'actrail-import-'))
  expect((await cli('migrate')).exitCode).toBe(0)
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await client.end()
  await database.drop()
})

const cli = (...argv: string[]) => runCli(argv, { env: { ACTRAIL_DATABASE: database.url }, cwd: folder })
const importCsv = (...argv: string[]) => cli('import', '--from-csv', 'audit.csv', '--mapping', 'audit.json', ...argv)

async function rows<Row extends object>(sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows
}

/** How many imported events there are, and of how many rows. */
async function imported(): Promise<{ events: number; rows: number }> {
  const [counts] = await rows<{ events: number; rows: number }>(
    `select count(*)::int as events, count(distinct context -> 'imported' ->> 'row')::int as rows
     from actrail.event where action <> 'audit.import'`,
  )
  return counts ?? { events: 0, rows: 0 }
}

/** Closes the open shard, as a month's end does. */
async function rollShard(open: number): Promise<void> {
  await client.query('select actrail.create_shard($1)', [open + 1])
  await client.query('select actrail.attach_shard($1)', [open + 1])
  await client.query('select actrail.roll_shard($1, $2)', [open, open + 1])
}

describe('a file of 10,000 rows', () => {
  it('is in the log once, as it was, however often and into whichever shard it is imported', async () => {
    writeOld(folder, oldRows(ROWS))
    const first = await importCsv('--json')
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(first.stdout)).toEqual({ rows: ROWS, added: ROWS, known: 0, rejected: 0 })
    expect(await imported()).toEqual({ events: ROWS, rows: ROWS })

    // The second run arrives in another shard, long after the first was closed.
    await rollShard(0)
    await client.query(`update actrail.shard set closed_at = now() - interval '40 days' where shard = 0`)
    const second = await importCsv('--json')
    expect(JSON.parse(second.stdout)).toEqual({ rows: ROWS, added: 0, known: ROWS, rejected: 0 })
    expect(await imported()).toEqual({ events: ROWS, rows: ROWS })

    const [event] = await rows(`select * from actrail.event where context -> 'imported' ->> 'row' = '10'`)
    expect(event).toMatchObject({
      action: 'Ticket.updated',
      actor_email: 'user10@example.com',
      details: { comment: '=line "10",\nand another' },
      occurred_at: new Date(OLD_MS + 10 * 7 * 60_000),
      result: 'failure',
      source: 'import',
      verb: 'UPDATE',
      workspace_id: 'acme',
    })
    const notes = await rows(
      `select workspace_id, result, details from actrail.event where action = 'audit.import' order by log_index`,
    )
    expect(notes).toEqual([
      { workspace_id: 'acme', result: 'success', details: { rows: ROWS, added: ROWS, known: 0, rejected: 0 } },
      { workspace_id: 'acme', result: 'success', details: { rows: ROWS, added: 0, known: ROWS, rejected: 0 } },
    ])
  }, 120_000)

  it('is the sequencer’s to keep single, too: old ids that are sent again are looked for in closed shards', async () => {
    writeOld(folder, oldRows(600))
    await importCsv()
    await rollShard(0)
    await client.query(`update actrail.shard set closed_at = now() - interval '40 days' where shard = 0`)
    // What a run that was killed leaves: batches in the inbox whose events are in the log as well.
    await client.query(`
      insert into actrail.inbox (events, batch)
      select count(*), json_agg(json_strip_nulls(json_build_object('v', 1, 'id', id, 'occurred_at', (extract(epoch from occurred_at) * 1000)::bigint,
        'workspace_id', workspace_id, 'action', action, 'verb', verb, 'result', result, 'source', source, 'leaf_hash', leaf_hash)))
      from actrail.event where action <> 'audit.import'`)
    expect(JSON.parse((await importCsv('--json')).stdout)).toMatchObject({ added: 0, known: 600 })
    expect(await rows(`select count(*)::int as n from actrail.inbox`)).toEqual([{ n: 0 }])
    expect(await imported()).toEqual({ events: 600, rows: 600 })
  }, 60_000)

  it('goes in beside an application that writes to the log and puts it in order', async () => {
    writeOld(folder, oldRows(3_000))
    const trail = createAuditTrail({ database: database.url, directory: join(folder, 'app'), logger })
    await trail.start()
    let isDone = false
    let recorded = 0
    const writing = (async () => {
      for (; !isDone; recorded++) await trail.record({ action: 'live.event' })
    })()
    const ran = await importCsv('--json', '--batch', '50')
    isDone = true
    await writing
    await trail.flush()
    expect(JSON.parse(ran.stdout)).toEqual({ rows: 3_000, added: 3_000, known: 0, rejected: 0 })
    expect(await rows(`select count(*)::int as n from actrail.event where action = 'live.event'`)).toEqual([
      { n: recorded },
    ])
    // Numbers without gaps, and lists by old times find what came late.
    const [ends] = await rows<{ last: number; n: number }>(
      'select max(log_index)::int as last, count(*)::int as n from actrail.event',
    )
    expect(ends?.last).toBe((ends?.n ?? 0) - 1)
    const page = await trail.query({ workspace: 'acme', to: OLD_MS + 100 * 7 * 60_000 }, { limit: 1 })
    expect(page.total).toBe(99)
    await trail.stop()
  }, 60_000)
})

describe('rows that cannot be events', () => {
  it('go into a file with line and reason, from which they are imported once they are mended', async () => {
    const bad = ['id,created_at,user_email,entity,entity_id,verb,status,comment']
    bad.push('1,2019-03-01 10:00:00,a@b.example,Ticket,1,created,OK,fine')
    bad.push('2,last week,a@b.example,Ticket,1,created,OK,"no, time"')
    bad.push('3,2019-03-01 10:00:00,a@b.example,Ticket,1,created,MAYBE,no result')
    bad.push('4,2019-03-01 10:00:00,a@b.example')
    writeOld(folder, oldRows(1))
    writeFileSync(join(folder, 'audit.csv'), bad.join('\n'))
    const ran = await importCsv()
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toBe('4 rows: 1 added, 0 were in the log already, 3 rejected.\n')
    expect(ran.stderr).toMatch(/3 rows were rejected\. They are in .*audit\.csv\.rejected\.csv, with the reasons/)
    const rejected = readFileSync(join(folder, 'audit.csv.rejected.csv'), 'utf8').split('\r\n')
    expect(rejected[0]).toBe(`${bad[0]},rejected_line,rejected_reason`)
    expect(rejected[1]).toBe(
      '2,last week,a@b.example,Ticket,1,created,OK,"no, time",3,"created_at holds ""last week"", which is no time written as iso"',
    )
    expect(rejected[2]).toMatch(/,4,"result is ""MAYBE"", none of success/)
    expect(rejected[3]).toBe('4,2019-03-01 10:00:00,a@b.example,,,,,,5,"it has 3 cells, and the first line 8"')
    const mended = rejected
      .join('\n')
      .replace('last week', '2019-03-02')
      .replace('MAYBE', 'OK')
      .replace(',,,,,,5', ',Ticket,1,created,OK,,5')
    writeFileSync(join(folder, 'mended.csv'), mended)
    const again = await cli('import', '--from-csv', 'mended.csv', '--mapping', 'audit.json', '--json')
    expect(JSON.parse(again.stdout)).toEqual({ rows: 3, added: 3, known: 0, rejected: 0 })
    expect(existsSync(join(folder, 'mended.csv.rejected.csv'))).toBe(false)
  })

  it('end the import with --strict, and what was before them stays', async () => {
    writeOld(folder, [...oldRows(3), { ...oldRows(1, 4)[0]!, status: '?' }, ...oldRows(2, 5)])
    const ran = await importCsv('--strict')
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
    expect(ran.stderr).toMatch(/audit\.csv, line 5: result is "\?", none of .* Nothing behind it was read \(--strict\)/)
  })

  it('are shown by a dry run, which needs no log and writes nothing', async () => {
    writeOld(folder, [...oldRows(5), { ...oldRows(1, 6)[0]!, created_at: '' }])
    const ran = await runCli(['import', '--from-csv', 'audit.csv', '--mapping', 'audit.json', '--dry-run'], {
      cwd: folder,
    })
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toMatch(/"action": "Project.updated"/)
    expect(ran.stdout).toMatch(/6 rows: 5 can be imported, 1 cannot\. Nothing was written\.\n$/)
    expect(ran.stderr).toMatch(/line \d+: the time created_at is empty\n/)
    expect(existsSync(join(folder, 'audit.csv.rejected.csv'))).toBe(false)
    expect(await imported()).toEqual({ events: 0, rows: 0 })
  })

  it('and mappings that fit no file are told apart from them', async () => {
    writeOld(folder, oldRows(1))
    writeFileSync(join(folder, 'audit.json'), JSON.stringify({ ...OLD_MAPPING, key: 'uid' }, null, 2))
    const ran = await importCsv()
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ran.stderr).toBe(
      `actrail: The mapping's key names a column "uid", which the table has not. Did you mean id?\n`,
    )
    writeFileSync(join(folder, 'audit.json'), '{\n  "source": "crm",\n  "keys": "id"\n}')
    expect((await importCsv()).stderr).toMatch(/audit\.json/)
  })
})

describe('a table', () => {
  it('is imported as a file is, from another database, and the same row is the same event from both', async () => {
    const other = await createDatabase()
    const old = new Client({ connectionString: other.url })
    await old.connect()
    await old.query('create schema app')
    await old.query(
      'create table app.audit_log (id bigint primary key, created_at timestamp, user_email text, entity text, entity_id text, verb text, status text, comment text)',
    )
    const all = oldRows(ROWS)
    await old.query('insert into app.audit_log select * from json_populate_recordset(null::app.audit_log, $1)', [
      JSON.stringify(all),
    ])
    writeOld(folder, all.slice(0, 1_000))
    expect((await importCsv()).exitCode).toBe(0)
    const table = ['--from-table', 'app.audit_log', '--from-database', other.url, '--mapping', 'audit.json', '--json']
    const ran = await cli('import', ...table)
    expect(ran.stderr).toBe('')
    expect(JSON.parse(ran.stdout)).toEqual({ rows: ROWS, added: ROWS - 1_000, known: 1_000, rejected: 0 })
    // Written to on both sides for a while: only what is new comes in.
    await old.query(
      `insert into app.audit_log select id + 1000000, created_at, user_email, entity, entity_id, verb, status from app.audit_log limit 7`,
    )
    expect(JSON.parse((await cli('import', ...table)).stdout)).toMatchObject({ rows: ROWS + 7, added: 7, known: ROWS })
    expect(await imported()).toEqual({ events: ROWS + 7, rows: ROWS + 7 })
    await old.end()
    await other.drop()
  }, 120_000)
})

it('takes secrets out, as of every event', async () => {
  const mapping = {
    ...OLD_MAPPING,
    details: { password: 'comment', internal: 'entity_id' },
    redact: { keys: ['internal'] },
  }
  writeOld(folder, [{ ...oldRows(1)[0]!, comment: 'hunter2' }])
  writeFileSync(join(folder, 'audit.json'), JSON.stringify(mapping))
  expect((await importCsv()).exitCode).toBe(0)
  const [event] = await rows<{ details: Record<string, string> }>(
    `select details from actrail.event where source = 'import' limit 1`,
  )
  expect(JSON.stringify(event)).not.toMatch(/hunter2|"e1"/)
})

it('reads files with semicolons, and says which log is missing', async () => {
  writeOld(folder, oldRows(20), ';')
  expect((await importCsv('--delimiter', ';')).stdout).toMatch(/^20 rows: 20 added/)
  const none = ['import', '--from-csv', 'audit.csv', '--mapping', 'audit.json']
  expect(await runCli(none, { cwd: folder })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/No log is named/) as string,
  })
  const elsewhere = await cli(...none, '--delimiter', ';', '--schema', 'nowhere')
  expect(elsewhere.stderr).toMatch(/There is no log in the schema "nowhere" of .* actrail migrate/)
})
