import { type Host, Issue, newDatabase, Project, request, Session, startHost } from '../../../../test/changes/host'
import type { TestDatabase } from '../../../../test/db/databases'
import { annotate, skip } from '../context/annotate'
import { createMemoryTrail, type MemoryTrail } from '../memory-trail'

interface Titles {
  title: { new: string }
}

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

const issue = (id: number) => ({ pattern: '/issues/:id', params: { id: String(id) } })
const list = { pattern: '/issues', params: {} }
const issues = () => host.source.getRepository(Issue)
const insertIssues = (count: number) => issues().insert(Array.from({ length: count }, () => ({ title: 'old' })))

describe('in a request', () => {
  it('the changes of the entity that it is about stand in its own event', async () => {
    await insertIssues(1)
    await host.request(issue(1), () => issues().save({ id: 1, title: 'new' }))
    expect(await host.lines()).toEqual(['issue.update issue/1 {"title":{"new":"new","old":"old"}}'])
    expect((await host.log())[0]).toMatchObject({ source: 'http', status_code: 200, actor_id: 'u1', issue_id: '1' })
  })

  it('a created entity gives the event its id', async () => {
    await host.request(list, () => issues().save({ title: 'a' }), { method: 'POST' })
    expect(await host.lines()).toEqual(['issue.create issue/1 {"title":{"new":"a"},"votes":{"new":"0"}}'])
  })

  it('the first entity is what an event is about that says nothing itself', async () => {
    await host.request(undefined, () => issues().save({ title: 'a' }), { method: 'POST' })
    expect(await host.lines()).toEqual(['http.unmatched issue/1 {"title":{"new":"a"},"votes":{"new":"0"}}'])
  })

  it('other entities have events of their own, by the same actor', async () => {
    await insertIssues(1)
    await host.request(issue(1), async () => {
      await host.source.transaction(async (manager) => {
        await manager.save(Project, { title: 'p' })
        await manager.save(Issue, { id: 1, title: 'new' })
        await manager.save(Issue, { title: 'other' })
      })
    })
    expect(await host.lines()).toEqual([
      'project.create project/1 {"title":{"new":"p"}}',
      'issue.create issue/2 {"title":{"new":"other"},"votes":{"new":"0"}}',
      'issue.update issue/1 {"title":{"new":"new","old":"old"}}',
    ])
    expect((await host.log()).map(({ actor_id, source }) => `${actor_id} ${source}`)).toEqual([
      'u1 entity',
      'u1 entity',
      'u1 http',
    ])
  })

  it('an event of its own is in the log with the commit, and does not wait for the response', async () => {
    let during: string[] = []
    await host.request(issue(1), async () => {
      await host.source.getRepository(Project).save({ title: 'p' })
      during = await host.lines()
    })
    expect(during).toEqual(['project.create project/1 {"title":{"new":"p"}}'])
  })

  it('of several that it could be about, the first is taken and none is lost', async () => {
    await host.request(list, () => issues().save([{ title: 'a' }, { title: 'b' }, { title: 'c' }]), { method: 'POST' })
    const lines = await host.lines()
    expect(lines.map((line) => line.split(' {')[0]).sort()).toEqual([
      'issue.create issue/1',
      'issue.create issue/2',
      'issue.create issue/3',
    ])
    expect((await host.log()).find(({ source }) => source === 'http')?.resource_id).toBe('1')
  })

  it('several saves of it are told from the first value to the last', async () => {
    await insertIssues(1)
    await host.request(issue(1), async () => {
      await issues().save({ id: 1, title: 'between', body: 'b' })
      await issues().save({ id: 1, title: 'new', body: null })
    })
    expect(await host.lines()).toEqual(['issue.update issue/1 {"title":{"new":"new","old":"old"}}'])
  })

  it('a transaction that was rolled back leaves nothing', async () => {
    await insertIssues(2)
    await host.request(issue(1), async () => {
      await host.source.transaction(async (manager) => {
        await manager.save(Issue, { id: 1, title: 'gone' })
        await manager.save(Issue, { id: 2, title: 'gone' })
        throw new Error('no')
      })
    })
    expect(await host.lines()).toEqual(['issue.update issue/1'])
    expect((await host.log())[0]?.result).toBe('failure')
  })

  it('a savepoint that was rolled back leaves nothing, whatever is committed around it', async () => {
    await insertIssues(1)
    await host.request(issue(1), () =>
      host.source.transaction(async (manager) => {
        await manager.save(Issue, { id: 1, body: 'kept' })
        await manager
          .transaction(async (inner) => {
            await inner.save(Issue, { id: 1, title: 'gone' })
            throw new Error('no')
          })
          .catch(() => undefined)
      }),
    )
    expect(await host.lines()).toEqual(['issue.update issue/1 {"body":{"new":"kept","old":null}}'])
  })

  it('what the handler says itself goes before', async () => {
    await insertIssues(1)
    await host.request(issue(1), async () => {
      await issues().save({ id: 1, title: 'new', body: 'b' })
      annotate({
        ...{ action: 'issue.renamed', resource: { type: 'issue', id: '1', name: 'Bug' } },
        changes: { title: { old: 'OLD', new: 'NEW' } },
      })
    })
    expect(await host.log()).toMatchObject([
      {
        ...{ action: 'issue.renamed', resource_id: '1', resource_name: 'Bug' },
        changes: { title: { old: 'OLD', new: 'NEW' }, body: { old: null, new: 'b' } },
      },
    ])
  })

  it('an entity that turns out not to be what the event is about has one of its own', async () => {
    await host.request(undefined, async () => {
      await issues().save({ title: 'a' })
      annotate({ action: 'import.run', resource: { type: 'import', id: '7' } })
    })
    expect((await host.lines()).map((line) => line.split(' {')[0])).toEqual([
      'issue.create issue/1',
      'import.run import/7',
    ])
  })

  it('soft delete and restore are named as such, although the route says DELETE', async () => {
    await insertIssues(1)
    await host.request(issue(1), () => issues().softRemove({ id: 1 }), { method: 'DELETE' })
    await host.request(issue(1), () => issues().recover({ id: 1 }), { method: 'POST' })
    expect((await host.log()).map(({ action }) => action)).toEqual(['issue.soft_delete', 'issue.restore'])
  })

  it('a request that leaves no event does not hide what it changed', async () => {
    await insertIssues(1)
    await host.request(issue(1), async () => {
      await issues().save({ id: 1, title: 'new' })
      skip()
    })
    expect(await host.log()).toMatchObject([{ action: 'issue.update', source: 'entity', actor_id: 'u1' }])
  })

  it('what is committed after the response has an event of its own, by the same actor', async () => {
    await insertIssues(1)
    let answered = (): void => undefined
    const response = new Promise<void>((resolve) => (answered = resolve))
    let later: Promise<unknown> = Promise.resolve()
    await host.request(issue(1), () => {
      return new Promise<void>((saved) => {
        later = host.source.transaction(async (manager) => {
          await manager.save(Issue, { id: 1, title: 'new' })
          saved()
          await response
        })
      })
    })
    answered()
    await later
    const events = (await host.log()).sort((a, b) => a.source.localeCompare(b.source))
    expect(events.map(({ source, actor_id, changes }) => [source, actor_id, changes])).toEqual([
      ['entity', 'u1', { title: { old: 'old', new: 'new' } }],
      ['http', 'u1', undefined],
    ])
  })

  it('interleaved requests each have their own', async () => {
    await insertIssues(40)
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        host.request(
          issue(i + 1),
          () =>
            host.source.transaction(async (manager) => {
              await manager.save(Issue, { id: i + 1, title: `by ${i + 1}` })
              await manager.save(Session, { seen: 'now' })
              await manager.save(Project, { title: `of ${i + 1}` })
            }),
          { user: `user-${i + 1}` },
        ),
      ),
    )
    const events = await host.log()
    expect(events).toHaveLength(80)
    for (const { source, actor_id, resource_id, changes } of events) {
      const title = (changes?.title as { new: string }).new
      const number = title.split(' ')[1]
      expect(actor_id).toBe(`user-${number}`)
      if (source === 'http') expect(resource_id).toBe(number)
    }
  })
})

it('two trails that follow one DataSource each keep their own requests’ changes', async () => {
  const trails = [createMemoryTrail(), createMemoryTrail()]
  for (const trail of trails) trail.watch(host.source)
  const [outer, inner] = trails as [MemoryTrail, MemoryTrail]
  await insertIssues(1)
  await request(outer, { route: issue(1), handler: () => issues().save({ id: 1, title: 'by the outer' }) })
  await request(inner, { route: issue(1), handler: () => issues().save({ id: 1, title: 'by the inner' }) })
  const told = trails.map((trail) =>
    trail.events().map(({ source, changes }) => [source, (changes as unknown as Titles).title.new]),
  )
  expect(told).toEqual([
    [
      ['http', 'by the outer'],
      ['entity', 'by the inner'],
    ],
    [
      ['entity', 'by the outer'],
      ['http', 'by the inner'],
    ],
  ])
  await Promise.all(trails.map((trail) => trail.stop()))
})

describe('when the log cannot be written in the transaction', () => {
  it('the write is kept, and the event goes through the journal', async () => {
    const elsewhere = await newDatabase()
    const other = await startHost(elsewhere, { log: database })
    await other.reset()
    await other.source.transaction((manager) => manager.save(Issue, { title: 'a' }))
    await other.source
      .transaction(async (manager) => {
        await manager.save(Issue, { title: 'gone' })
        throw new Error('no')
      })
      .catch(() => undefined)
    expect(await other.lines()).toEqual(['issue.create issue/1 {"title":{"new":"a"},"votes":{"new":"0"}}'])
    expect((await other.trail.status()).swallowedErrors).toBe(0)
    await other.close()
    await elsewhere.drop()
  })

  it('also for want of rights, which is counted', async () => {
    await host.source.query('alter table actrail.inbox rename to inbox_away')
    const swallowed = Number((await host.trail.status()).swallowedErrors)
    const saved = await host.source.transaction((manager) => manager.save(Issue, { title: 'a' }))
    await host.source.query('alter table actrail.inbox_away rename to inbox')
    expect(await issues().countBy({ id: saved.id })).toBe(1)
    expect(await host.lines()).toEqual(['issue.create issue/1 {"title":{"new":"a"},"votes":{"new":"0"}}'])
    expect((await host.trail.status()).swallowedErrors).toBe(swallowed + 1)
  })
})
