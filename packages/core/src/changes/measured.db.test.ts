import { IsNull, MoreThan } from 'typeorm'
import { type Host, Issue, newDatabase, Project, Session, startHost } from '../../../../test/changes/host'
import type { TestDatabase } from '../../../../test/db/databases'
import { createMemoryTrail } from '../memory-trail'

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

const db = () => host.source.manager
const insertIssues = (count: number) =>
  db().insert(
    Issue,
    Array.from({ length: count }, () => ({ title: 'old' })),
  )

describe('trail.changes tells of', () => {
  it('update: each row, before and after', async () => {
    await insertIssues(3)
    const where = { id: MoreThan(1) }
    const result = await host.trail.changes(db(), Issue, where, (tx) => tx.update(Issue, where, { title: 'new' }))
    expect(result.affected).toBe(2)
    expect(await host.lines()).toEqual([
      'issue.update issue/2 {"title":{"new":"new","old":"old"}}',
      'issue.update issue/3 {"title":{"new":"new","old":"old"}}',
    ])
  })

  it('raw SQL and foreign keys, by criteria over a relation', async () => {
    await db().insert(Project, [{ title: 'p' }, { title: 'q' }])
    await db().insert(Issue, { title: 'old', project: { id: 1 } })
    await host.trail.changes(db(), Issue, { project: { title: 'p' } }, (tx) =>
      tx.query('update issue set "projectId" = 2, image = \'abc\' where "projectId" = 1'),
    )
    expect(await host.lines()).toEqual([
      'issue.update issue/1 {"image":{"new":"[binary 3 bytes]","old":null},"project":{"new":2,"old":1}}',
    ])
  })

  it('delete, softDelete and restore, named as such', async () => {
    await insertIssues(1)
    await host.trail.changes(db(), Issue, { id: 1 }, (tx) => tx.softDelete(Issue, { id: 1 }))
    await host.trail.changes(db(), Issue, { id: 1 }, (tx) => tx.restore(Issue, { id: 1 }))
    await host.trail.changes(db(), Issue, { id: 1 }, (tx) => tx.delete(Issue, { id: 1 }))
    expect((await host.log()).map(({ action }) => action)).toEqual([
      'issue.soft_delete',
      'issue.restore',
      'issue.delete',
    ])
  })

  it('upsert by a unique column: the row that is new and the row that was there', async () => {
    await db().insert(Project, { title: 'old', slug: 'a' })
    const rows = [
      { title: 'new', slug: 'a' },
      { title: 'new', slug: 'b' },
    ]
    await host.trail.changes(db(), Project, [{ slug: 'a' }, { slug: 'b' }], (tx) => tx.upsert(Project, rows, ['slug']))
    expect((await host.lines()).map((line) => line.replace(/project\/\d+/, 'project'))).toEqual([
      'project.update project {"title":{"new":"new","old":"old"}}',
      'project.create project {"slug":{"new":"b"},"title":{"new":"new"}}',
    ])
  })

  it('no creation where an old row has only come to match', async () => {
    await insertIssues(1)
    await host.trail.changes(db(), Issue, { title: 'new' }, (tx) => tx.update(Issue, { id: 1 }, { title: 'new' }))
    expect(await host.lines()).toEqual([])
  })

  it('a save within it once, and of other entities too', async () => {
    await insertIssues(1)
    await host.trail.changes(db(), Issue, { id: 1 }, async (tx) => {
      await tx.save(Issue, { id: 1, title: 'new' })
      await tx.save(Project, { title: 'p' })
    })
    expect(await host.lines()).toEqual([
      'project.create project/1 {"title":{"new":"p"}}',
      'issue.update issue/1 {"title":{"new":"new","old":"old"}}',
    ])
  })

  it('an entity that is not audited, when asked', async () => {
    await db().insert(Session, { seen: 'a' })
    await host.trail.changes(db(), Session, { id: 1 }, (tx) => tx.update(Session, { id: 1 }, { seen: 'b' }))
    expect(await host.lines()).toEqual(['session.update session/1 {"seen":{"new":"b","old":"a"}}'])
  })
})

describe('trail.changes', () => {
  it('belongs to the request', async () => {
    await insertIssues(1)
    await host.request({ pattern: '/issues/:id', params: { id: '1' } }, () =>
      host.trail.changes(db(), Issue, { id: 1 }, (tx) => tx.update(Issue, { id: 1 }, { title: 'new' })),
    )
    expect(await host.log()).toMatchObject([{ source: 'http', changes: { title: { old: 'old', new: 'new' } } }])
  })

  it('commits and rolls back with the transaction around it', async () => {
    await insertIssues(1)
    const rename = (title: string) => (manager: typeof host.source.manager) =>
      host.trail.changes(manager, Issue, { id: 1 }, (tx) => tx.update(Issue, { id: 1 }, { title }))
    await host.source
      .transaction(async (manager) => {
        await rename('gone')(manager)
        throw new Error('no')
      })
      .catch(() => undefined)
    await host.source.transaction(rename('kept'))
    expect(await host.lines()).toEqual(['issue.update issue/1 {"title":{"new":"kept","old":"old"}}'])
  })

  it('undoes what a function did that throws, and hands its error on', async () => {
    await insertIssues(1)
    await host.source.transaction(async (manager) => {
      const attempt = host.trail.changes(manager, Issue, { id: 1 }, async (tx) => {
        await tx.update(Issue, { id: 1 }, { title: 'gone' })
        throw new Error('half way')
      })
      await expect(attempt).rejects.toThrow('half way')
    })
    expect([await db().countBy(Issue, { title: 'old' }), await host.lines()]).toEqual([1, []])
  })

  it('locks the rows while it works: the values before are those that are replaced', async () => {
    await db().insert(Issue, { title: 'x', votes: '0' })
    await Promise.all(
      Array.from({ length: 3 }, () =>
        host.trail.changes(db(), Issue, { id: 1 }, (tx) => tx.increment(Issue, { id: 1 }, 'votes', 1)),
      ),
    )
    expect(await host.lines()).toEqual([
      'issue.update issue/1 {"votes":{"new":"1","old":"0"}}',
      'issue.update issue/1 {"votes":{"new":"2","old":"1"}}',
      'issue.update issue/1 {"votes":{"new":"3","old":"2"}}',
    ])
  })

  it('refuses more than a thousand rows before anything is changed, and says what to do', async () => {
    await insertIssues(1_001)
    const everything = { deletedAt: IsNull() }
    const attempt = host.trail.changes(db(), Issue, everything, (tx) => tx.update(Issue, everything, { title: 'new' }))
    await expect(attempt).rejects.toMatchObject({
      code: 'ERR_CHANGES_TOO_MANY',
      message: expect.stringContaining('Work in portions') as string,
    })
    expect(await db().countBy(Issue, { title: 'new' })).toBe(0)
  })

  it('works on a DataSource that nobody watches', async () => {
    const unwatched = createMemoryTrail()
    await insertIssues(1)
    await host.source.transaction((manager) =>
      unwatched.changes(manager, Issue, { id: 1 }, (tx) => tx.update(Issue, { id: 1 }, { title: 'new' })),
    )
    expect(unwatched.events()).toMatchObject([
      { action: 'issue.update', changes: { title: { old: 'old', new: 'new' } } },
    ])
    await unwatched.stop()
    expect(host.source.subscribers).toHaveLength(1)
  })
})
