import type { QueryDeepPartialEntity } from 'typeorm'
import type { TestDatabase } from '../../../../test/db/databases'
import { type Host, Issue, Label, newDatabase, Project, Session, startHost } from '../../../../test/changes/host'

let database: TestDatabase
let host: Host
beforeAll(async () => {
  database = await newDatabase()
  host = await startHost(database)
})
beforeEach(() => host.reset())
afterAll(async () => {
  await host.close()
  await database.drop()
})

const issues = () => host.source.getRepository(Issue)

/** An issue that is there before anybody watches. */
async function oldIssue(values: QueryDeepPartialEntity<Issue> = {}): Promise<Issue> {
  await issues().insert({ title: 'old', ...values })
  return issues().findOneOrFail({ where: {}, order: { id: 'desc' } })
}

describe('in background work, TypeORM tells the truth of', () => {
  it('save of a new entity: its fields, without those that are empty', async () => {
    const project = await host.source.getRepository(Project).save({ title: 'p', address: { street: 's', city: 'c' } })
    const due = new Date('2026-01-02T03:04:05.678Z')
    await issues().save({
      title: 'new',
      votes: '9007199254740993',
      dueAt: due,
      meta: { a: [1] },
      image: Buffer.from('abc'),
      project,
    })
    expect(await host.lines()).toEqual([
      'project.create project/1 {"title":{"new":"p"},"address.street":{"new":"s"}}',
      'issue.create issue/1 ' +
        '{"meta":{"new":{"a":[1]}},"dueAt":{"new":"2026-01-02T03:04:05.678Z"},"image":{"new":"[binary 3 bytes]"},' +
        '"title":{"new":"new"},"votes":{"new":"9007199254740993"},"project":{"new":1}}',
    ])
    expect((await host.log())[1]).toMatchObject({ issue_id: '1', source: 'entity', verb: 'CREATE' })
  })

  it('save of a loaded entity: the fields that differ', async () => {
    const issue = await oldIssue({ dueAt: new Date(0) })
    await issues().save(Object.assign(issue, { title: 'new', dueAt: null }))
    await issues().save(issue)
    expect(await host.lines()).toEqual([
      'issue.update issue/1 {"dueAt":{"new":null,"old":"1970-01-01T00:00:00.000Z"},"title":{"new":"new","old":"old"}}',
    ])
  })

  it('save in part: nothing of what was not given', async () => {
    await oldIssue({ body: 'kept', meta: { kept: true } })
    await issues().save({ id: 1, title: 'new' })
    expect(await host.lines()).toEqual(['issue.update issue/1 {"title":{"new":"new","old":"old"}}'])
  })

  it('a foreign key, by the name of its relation', async () => {
    const projects = await host.source.getRepository(Project).save([{ title: 'p' }, { title: 'q' }])
    await issues().insert({ title: 'old', project: projects[0]! })
    await issues().save({ id: 1, project: projects[1]! })
    await issues().save({ id: 1, project: null })
    expect((await host.lines()).slice(2)).toEqual([
      'issue.update issue/1 {"project":{"new":2,"old":1}}',
      'issue.update issue/1 {"project":{"new":null,"old":2}}',
    ])
  })

  it('remove: what was there', async () => {
    const project = await host.source.getRepository(Project).save({ title: 'p' })
    await issues().insert({ title: 'old', project })
    await issues().remove(await issues().findOneOrFail({ where: { id: 1 }, relations: { project: true } }))
    expect((await host.lines()).slice(1)).toEqual([
      'issue.delete issue/1 {"title":{"old":"old"},"votes":{"old":"0"},"project":{"old":1}}',
    ])
  })

  it('softRemove and recover, named as such', async () => {
    const issue = await oldIssue()
    await issues().softRemove(issue)
    await issues().recover(issue)
    const [removed, restored] = await host.log()
    expect([removed?.action, restored?.action, restored?.verb]).toEqual([
      'issue.soft_delete',
      'issue.restore',
      'RESTORE',
    ])
    expect(removed?.changes).toEqual({ deletedAt: { old: null, new: expect.stringMatching(/^20/) as string } })
    expect(restored?.changes).toEqual({ deletedAt: { old: expect.stringMatching(/^20/) as string, new: null } })
  })

  it('each entity of a cascade or a list, apart', async () => {
    await issues().save([{ title: 'a' }, { title: 'b' }, { title: 'c' }])
    expect((await host.log()).map(({ action, resource_id }) => `${action} ${resource_id}`)).toEqual([
      'issue.create 1',
      'issue.create 2',
      'issue.create 3',
    ])
  })
})

describe('what TypeORM tells too little of is left to trail.changes, never guessed:', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['insert', () => issues().insert({ title: 'b' })],
    ['upsert', () => issues().upsert({ id: 1, title: 'b' }, ['id'])],
    ['update', () => issues().update({ id: 1 }, { title: 'b' })],
    ['increment', () => issues().increment({ id: 1 }, 'votes', 1)],
    ['delete', () => issues().delete({ id: 1 })],
    ['softDelete', () => issues().softDelete({ id: 1 })],
    ['restore', () => issues().restore({ id: 1 })],
    [
      'an update by query builder',
      () => issues().createQueryBuilder().update().set({ title: 'b' }).where('id = 1').execute(),
    ],
    ['an insert by query builder', () => issues().createQueryBuilder().insert().values({ title: 'b' }).execute()],
    ['a delete by query builder', () => issues().createQueryBuilder().delete().where('id = 1').execute()],
    ['raw SQL', () => host.source.query(`update issue set title = 'b'`)],
    ['many-to-many through save', () => issues().save({ id: 1, labels: [{ name: 'bug' }] as Label[] })],
    ['an entity that is not audited', () => host.source.getRepository(Session).save({ seen: 'now' })],
  ])('%s', async (_name, call) => {
    await host.source.getRepository(Label).insert({ name: 'bug' })
    await oldIssue()
    await call()
    await host.source.transaction((manager) => manager.query('select 1'))
    expect(await host.lines()).toEqual([])
  })
})

describe('an event of its own', () => {
  it('commits and rolls back with the write', async () => {
    await host.source
      .transaction(async (manager) => {
        await manager.save(Issue, { title: 'gone' })
        throw new Error('no')
      })
      .catch(() => undefined)
    await host.source.transaction((manager) => manager.save(Issue, { title: 'kept' }))
    expect(await host.lines()).toEqual(['issue.create issue/2 {"title":{"new":"kept"},"votes":{"new":"0"}}'])
  })

  it('of a savepoint that was rolled back is not brought back by the commit around it', async () => {
    await host.source.transaction(async (manager) => {
      await manager.save(Issue, { title: 'first' })
      await manager
        .transaction(async (inner) => {
          await inner.save(Issue, { title: 'gone' })
          throw new Error('no')
        })
        .catch(() => undefined)
      await manager.transaction((inner) => inner.save(Issue, { title: 'last' }))
    })
    expect((await host.log()).map(({ changes }) => changes?.title)).toEqual([{ new: 'first' }, { new: 'last' }])
  })

  it('is not made for a commit that Postgres turned into a rollback', async () => {
    await host.source.transaction(async (manager) => {
      await manager.save(Issue, { title: 'gone' })
      await manager.query('select 1/0').catch(() => undefined)
    })
    expect([await issues().count(), await host.lines()]).toEqual([0, []])
    await issues().save({ title: 'kept' })
    expect(await host.lines()).toHaveLength(1)
  })

  it('carries the actor and workspace of the job', async () => {
    await host.trail.run({ actor: { type: 'system', id: 'import' } }, () => issues().save({ title: 'a' }))
    expect(await host.log()).toMatchObject([{ actor_type: 'system', actor_id: 'import' }])
  })

  it('hides secrets, by the names of their fields and within values', async () => {
    await issues().save({
      title: 'a',
      apiToken: 's3cr3t',
      favourite: 'blue',
      meta: { password: 'x', deep: { ok: 1 } },
    })
    const [event] = await host.log()
    expect(event?.changes).toMatchObject({
      apiToken: '[redacted]',
      meta: { new: { password: '[redacted]', deep: { ok: 1 } } },
    })
    expect(JSON.stringify(event)).not.toMatch(/s3cr3t|blue/)
  })

  it('shows long text clipped and long JSON by its size', async () => {
    await issues().save({
      title: 'a',
      body: 'x'.repeat(5_000),
      meta: { list: Array.from({ length: 200 }, (_, i) => `entry ${i}`) },
    })
    const [event] = await host.log()
    expect((event?.changes?.body as { new: string }).new.length).toBeLessThanOrEqual(2_048)
    expect(event?.changes?.meta).toEqual({ new: expect.stringMatching(/^\[json \d+ bytes\]$/) as string })
  })

  it('is written for each of more entities than one batch holds', async () => {
    const before = await host.trail.query({ workspace: 'default', actions: ['issue.create'] })
    await host.source.transaction(async (manager) => {
      await manager.save(
        Issue,
        Array.from({ length: 1_203 }, (_, i) => ({ title: `${i}` })),
      )
    })
    await host.trail.flush()
    const created = await host.trail.query({ workspace: 'default', actions: ['issue.create'] })
    expect(created.total - before.total).toBe(1_203)
  })

  it('is written after the fact for a save without a transaction', async () => {
    await issues().save({ title: 'a' }, { transaction: false })
    expect(await host.lines()).toHaveLength(1)
  })
})
