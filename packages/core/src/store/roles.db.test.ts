import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { POSTGRES_VERSIONS } from '../../../../test/db/binaries'
import { batch, idOf, openWithRoles, type PlaceWithRoles } from '../../../../test/store/open-with-roles'
import { createAuditTrail } from '../audit-trail'
import type { AuditOptions } from '../options'
import { rolesSql } from './roles'
import { openStore } from './store'

const ALL = ['writer', 'reader', 'sequencer']

describe.each(POSTGRES_VERSIONS)('an application that owns nothing, on Postgres %s', (version) => {
  it('records, opens shards, puts aside, counts and reads, in a schema of any name', async () => {
    const place = await openWithRoles(version, 'user')
    const store = await openStore({ database: await place.login(...ALL), schema: 'user', shardEvents: 4 })
    const session = await store.sequence.connect()
    for (let n = 0; n < 10; n++) {
      await store.append(batch(n, n % 2 === 0 ? 'a' : 'b'), 1)
      await session.step()
      await session.keepShards()
    }
    await store.append(Buffer.from('[{"id":"no id"}]'), 1)
    expect(await session.takeApart()).toEqual({ quarantined: 1 })
    while ((await store.rollups.rollUp()) > 0);
    expect(store.setUp).toBe('roles')
    expect((await store.read.locate('a', {}))?.shards.length).toBeGreaterThan(1)
    expect(await store.read.byId(idOf(3))).toMatchObject({ workspace_id: 'b' })
    expect(await store.read.kindTotals('b', {})).toMatchObject({ events: 5, actions: ['thing.made'] })
    expect(await store.status()).toMatchObject({ sequencedEvents: 10, rolledUpEvents: 10, quarantinedEvents: 1 })
    await session.close()
    await store.stop()
    await place.close()
  })
})

describe('the roles', () => {
  let place: PlaceWithRoles
  beforeEach(async () => {
    place = await openWithRoles()
  })
  afterEach(() => place.close())

  it('may be shared out among processes: one that only records, and one that does the rest', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actrail-roles-'))
    const trailAs = async (options: AuditOptions, ...roles: readonly string[]) =>
      createAuditTrail({ ...options, database: await place.login(...roles), directory: join(folder, roles.join()) })
    const worker = await trailAs({}, ...ALL)
    const recorder = await trailAs({ sequencer: false }, 'writer')
    await worker.start()
    const id = await recorder.record({ action: 'thing.made', workspace: 'a' })
    await recorder.flush()
    expect(await worker.get(id)).toMatchObject({ action: 'thing.made', workspace_id: 'a' })
    expect(await worker.query({ workspace: 'a' })).toMatchObject({ total: 1 })
    expect(await worker.query({ workspace: 'b' })).toMatchObject({ total: 0 })
    expect(await worker.status()).toMatchObject({ status: 'ok', store: { setUp: 'roles' } })
    await recorder.stop()
    await worker.stop()
    rmSync(folder, { recursive: true })
  })

  const refused = (url: string, sequencer = true): Promise<{ code: string; message: string }> =>
    openStore({ database: url, sequencer }).then(
      (store) => store.stop().then(() => Promise.reject(new Error('it opened'))),
      (error: unknown) => error as { code: string; message: string },
    )

  it.each<[string, readonly string[], boolean, string]>([
    ['no role at all', [], true, 'rolesSql({ application: "'],
    ['no writer', ['reader'], false, '_writer to "'],
    ['no sequencer', ['writer', 'reader'], true, '_sequencer to "'],
  ])('are missed at the start by who has %s, with the remedy', async (_, roles, sequencer, remedy) => {
    const { code, message } = await refused(await place.login(...roles), sequencer)
    expect(code).toBe('ERR_STORE_RIGHTS')
    expect(message).toContain(remedy)
  })

  it('say who may not record in a transaction, or see the quarantine, and what to do', async () => {
    const host = await new DataSource({ type: 'postgres', url: await place.login() }).initialize()
    const store = await openStore({ database: await place.login(...ALL) })
    const lacks = (message: RegExp) =>
      expect.objectContaining({ code: 'ERR_STORE_RIGHTS', message: expect.stringMatching(message) as string })
    const text = JSON.stringify((JSON.parse(String(batch(1, 'a'))) as unknown[])[0])
    await expect(store.appendIn(host.manager, text)).rejects.toEqual(lacks(/may not write.*role of the writer/))
    await expect(store.quarantined.list()).rejects.toEqual(lacks(/may not read the quarantine.*owner/))
    await expect(store.quarantined.retry(['1'])).rejects.toEqual(lacks(/may not read the quarantine/))
    await store.stop()
    await host.destroy()
  })

  it('leave migrations to an administrator, and say so', async () => {
    await place.admin('delete from actrail.migration')
    const { code, message } = await refused(await place.login(...ALL))
    expect(code).toBe('ERR_STORE_RIGHTS')
    expect(message).toContain('Run the migrations as an administrator')
  })

  it('are the same after a second run, and take in what came since', async () => {
    const rights = async (): Promise<string> =>
      JSON.stringify(
        await place.admin(`
        select relname, relowner, relacl, relrowsecurity, relforcerowsecurity,
               (select json_agg(p order by p::text) from pg_policies p where p.tablename = c.relname) as policies
        from pg_class c where relnamespace = 'actrail'::regnamespace and relkind in ('r', 'p') order by relname`),
      )
    const before = await rights()
    await place.admin(rolesSql({ prefix: place.prefix }))
    expect(await rights()).toBe(before)
    await place.admin('create table actrail.later (n int)')
    await place.admin(rolesSql({ prefix: place.prefix }))
    const later = await place.admin(`select relowner::regrole::text as owner from pg_class where relname = 'later'`)
    expect(later).toEqual([{ owner: `${place.prefix}_owner` }])
  })

  it('are granted to an application, unless it could get past them', async () => {
    const strong = `${place.prefix}_strong`
    await place.admin(`create role ${strong} login createrole`)
    const sql = rolesSql({ prefix: place.prefix, application: strong })
    await expect(place.admin(sql)).rejects.toThrow('must not have superuser')
    await place.admin(`rollback; alter role ${strong} nocreaterole; grant ${place.prefix}_owner to ${strong}`)
    await expect(place.admin(sql)).rejects.toThrow('must not be a member')
    await place.admin(`rollback; revoke ${place.prefix}_owner from ${strong}`)
    await place.admin(sql)
    expect(await place.admin(`select pg_has_role('${strong}', '${place.prefix}_writer', 'usage') as has`)).toEqual([
      { has: true },
    ])
  })

  it('refuse names that are none', () => {
    expect(() => rolesSql({ schema: 'a"b' })).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
    expect(() => rolesSql({ prefix: "x'; drop" })).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})
