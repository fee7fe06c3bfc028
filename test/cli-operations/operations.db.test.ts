import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createAuditTrail } from '@actrail/core'
import { runCli } from '../cli/run-cli'
import { createDatabase, type TestDatabase } from '../db/databases'
import { USER_WITH_PASSWORD } from '../db/server'

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

let database: TestDatabase
let client: Client
let folder: string
beforeEach(async () => {
  database = await createDatabase()
  client = new Client({ connectionString: database.url })
  await client.connect()
  folder = mkdtempSync(join(tmpdir(), 'actrail-operations-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await client.end()
  await database.drop()
})

const cli = (...argv: string[]) => runCli(argv, { env: { ACTRAIL_DATABASE: database.url }, cwd: folder })
const rows = async <Row extends object>(sql: string): Promise<Row[]> => (await client.query<Row>(sql)).rows
const address = (change: (url: URL) => void): string => {
  const url = new URL(database.url)
  change(url)
  return url.href
}

describe('actrail migrate', () => {
  it('makes the tables, says from where to where, and then that they are up to date', async () => {
    const first = await cli('migrate')
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(first.stdout).toMatch(/schema actrail: from no tables to \w+\d{13}\.\n {2}ran Spine\d{13}\n/)
    const second = await cli('migrate')
    expect(second.stdout).toMatch(/schema actrail is up to date \(\w+\d{13}\)\.\n$/)
    const names = await rows<{ name: string }>('select name from actrail.migration order by id')
    for (const { name } of names) expect(first.stdout).toContain(`ran ${name}`)
  })

  it('prints SQL that makes the same log when somebody else runs it', async () => {
    const printed = await runCli(['migrate', '--print', '--schema', 'audit'])
    expect(printed).toMatchObject({ exitCode: 0, stderr: '' })
    await client.query(printed.stdout)
    expect((await cli('migrate', '--schema', 'audit')).stdout).toMatch(/is up to date/)
    const nothing = await cli('migrate', '--print', '--schema', 'audit')
    expect(nothing).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringMatching(/There is nothing to run/) as string,
    })
  })

  it('prints the set-up with roles, under which the application writes and cannot change the log', async () => {
    const application = `app_${database.name}`
    await client.query(`create role ${application} login`)
    await cli('migrate')
    const printed = await cli('migrate', '--roles', '--print', '--application', application, '--prefix', database.name)
    expect(printed.stdout).toMatch(/^-- Two set-ups: "single-role", the default/)
    await client.query(printed.stdout)
    const url = address((at) => (at.username = application))
    expect(await runCli(['migrate', '--database', url])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/up to date/) as string,
    })
    const checks = await runCli(['doctor', '--database', url, '--json'])
    expect(JSON.parse(checks.stdout)).toContainEqual(
      expect.objectContaining({ check: 'rights', message: 'This user has no more rights than it needs.' }),
    )
    const refused = await runCli(['rebuild-rollups', '--database', url])
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/Run this as the owner/) as string })
    expect((await cli('rebuild-rollups')).exitCode).toBe(0)
    await client.query(`drop owned by ${application}; drop role ${application}`)
    expect(await cli('migrate', '--roles')).toMatchObject({ exitCode: 2 })
    await client.query(`drop schema actrail cascade`)
    for (const role of ['owner', 'writer', 'reader', 'sequencer'])
      await client.query(`drop owned by ${database.name}_${role}; drop role ${database.name}_${role}`)
  })

  const noDatabase = (url: URL): void => void (url.pathname = '/no_such')
  const noServer = (url: URL): void => {
    url.host = '127.0.0.1:1'
    url.searchParams.delete('host')
  }
  const wrongPassword = (url: URL): void => {
    url.username = USER_WITH_PASSWORD
    url.password = 'wrong'
  }

  it.each([
    ['a database that is not there', 1, /there is no database at .*correct the name in --database/, noDatabase],
    ['nobody at that port', 5, /cannot be reached/, noServer],
    ['a wrong password', 3, /refused the user or the password/, wrongPassword],
  ] as const)('says of %s what to do, and ends with code %i', async (_what, exitCode, message, change) => {
    const ran = await runCli(['migrate', '--database', address(change)])
    expect(ran).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) as string })
    expect(ran.stderr).not.toMatch(/wrong(?! )|option "database"/)
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('says which right is missing', async () => {
    const guest = `guest_${database.name}`
    await client.query(`create role ${guest} login`)
    const ran = await runCli(['migrate', '--database', address((url) => (url.username = guest))])
    expect(ran).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /may not create the schema "actrail"\. Run as its owner once: grant create/,
      ) as string,
    })
    await client.query(`drop role ${guest}`)
    expect(await runCli(['migrate', '--database', 'mysql://localhost/x'])).toMatchObject({ exitCode: 2 })
  })
})

describe('actrail doctor', () => {
  it('prints what it looked at with remedies, as a table and as JSON, and ends with 1 if anything is wrong', async () => {
    const none = await cli('doctor')
    expect(none.exitCode).toBe(1)
    expect(none.stdout).toMatch(/^ +CHECK +FOUND\n/)
    expect(none.stdout).toMatch(/WRONG +migrations +It holds no log in this schema\./)
    expect(none.stdout).toMatch(/To do, migrations: It holds no log in this schema\. Correct .* actrail migrate\n/)
    expect(none.stderr).toMatch(/1 of \d+ checks failed/)
    await cli('migrate')
    const checks = JSON.parse((await cli('doctor', '--json')).stdout) as {
      check: string
      ok: boolean
      message: string
    }[]
    expect(checks.filter(({ ok, message }) => !ok && !message.includes('fsync'))).toEqual([])
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['database', 'migrations', 'sequencer', 'rollups', 'quarantine']),
    )
  })

  it('leaves a trail that runs alone, also on an embedded store', async () => {
    const trail = createAuditTrail({ directory: folder, logger })
    await trail.start()
    await trail.record({ action: 'issue.created' })
    const ran = await runCli(['doctor', '--directory', folder])
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ran.stdout).toMatch(/The embedded store is in use/)
    const refused = await runCli(['rebuild-rollups', '--directory', folder])
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/another process|open/i) as string })
    await trail.flush()
    expect((await trail.status()).events).toMatchObject({ lost: 0, sequenced: 1 })
    await trail.stop()
  }, 60_000)
})

describe('actrail rebuild-rollups', () => {
  it('mends rollups beside a trail that writes, and shows progress on a terminal', async () => {
    const trail = createAuditTrail({ database: database.url, directory: folder, logger })
    await trail.start()
    for (let n = 0; n < 300; n++) await trail.record({ action: n % 2 === 0 ? 'issue.created' : 'issue.deleted' })
    await trail.flush()
    await client.query('update actrail.rollup_quarter set events = 7000')
    const ran = await runCli(['rebuild-rollups', '--database', database.url], { isErrorTTY: true })
    expect(ran.exitCode).toBe(0)
    expect(ran.stdout).toMatch(/^The rollups are rebuilt: 300 events in [\d.]+ s\.\n$/)
    expect(ran.stderr).toMatch(/300 of 300 events/)
    await trail.record({ action: 'issue.created' })
    await trail.flush()
    const { total } = await trail.query({ workspace: 'default', actions: ['issue.created'] })
    expect(total).toBe(151)
    await trail.stop()
  }, 60_000)

  it('and others refuse a database without a log, and make none', async () => {
    for (const argv of [['rebuild-rollups'], ['quarantine', 'list'], ['quarantine', 'retry', '1']]) {
      expect(await cli(...argv)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/There is no log in the schema/) as string,
      })
    }
    expect(await rows(`select 1 from pg_namespace where nspname = 'actrail'`)).toEqual([])
    const nowhere = await runCli(['rebuild-rollups', '--directory', join(folder, 'none')])
    expect(nowhere).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/There is no embedded store in/) as string,
    })
  })
})

describe('actrail quarantine', () => {
  it('lists what the log refused, written out for a terminal, and gives it back', async () => {
    await cli('migrate')
    expect(await cli('quarantine', 'list')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'The log has refused no event.\n',
    })
    await client.query(
      `insert into actrail.quarantine (event, reason) values ('{"action":"a"}', 'it''s \u001b[31mbad'), ('no JSON', 'really')`,
    )
    const listed = await cli('quarantine', 'list')
    expect(listed.stdout).toMatch(
      /^1 {2}\S+ {2}it's \\x1b\[31mbad {2}\{"action":"a"\}\n2 {2}\S+ {2}really {2}no JSON\n$/,
    )
    const json = (await cli('quarantine', 'list', '--json', '--after', '1')).stdout
    expect(JSON.parse(json)).toMatchObject({ id: '2', reason: 'really', event: 'no JSON' })
    expect(await cli('quarantine', 'retry', '1', '9')).toMatchObject({ exitCode: 0, stdout: '1 retried\n9 gone\n' })
    const all = await cli('quarantine', 'retry', '--all')
    expect(all).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^2 refused: .*json/) as string })
    expect(await cli('quarantine', 'retry')).toMatchObject({ exitCode: 2 })
    expect(await cli('quarantine', 'retry', 'one')).toMatchObject({ exitCode: 2 })
    expect(await rows('select events from actrail.inbox')).toEqual([{ events: 1 }])
  })
})
