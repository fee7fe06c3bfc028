import { type ChangedEntity, eventOfChange, holdChange, settleChanges } from './held-changes'

const changed = (id: string, changes: ChangedEntity['changes'], operation: ChangedEntity['operation'] = 'update') => ({
  ...{ operation, changes, atMs: 1 },
  resource: { type: 'issue', id },
})

describe('the changes that a request holds', () => {
  it('are joined for each entity, from the first value to the last', () => {
    const held: ChangedEntity[] = []
    holdChange(held, changed('1', { a: { old: 1, new: 2 }, b: { old: 1, new: 2 } }))
    holdChange(held, changed('2', { a: { old: 1, new: 2 } }))
    holdChange(held, changed('1', { a: { old: 2, new: 3 }, b: { old: 2, new: 1 }, c: { new: 1 } }))
    expect(held.map(({ changes }) => changes)).toEqual([
      { a: { old: 1, new: 3 }, c: { new: 1 } },
      { a: { old: 1, new: 2 } },
    ])
  })

  it('say of what was created and then changed that it was created, with its last values', () => {
    const held: ChangedEntity[] = []
    holdChange(held, changed('1', { a: { new: 1 } }, 'create'))
    holdChange(held, changed('1', { a: { old: 1, new: 2 } }))
    expect(held).toEqual([changed('1', { a: { new: 2 } }, 'create')])
  })

  it('say of what was created and deleted that it was deleted', () => {
    const held: ChangedEntity[] = []
    holdChange(held, changed('1', { a: { new: 1 } }, 'create'))
    holdChange(held, changed('1', { a: { old: 1 } }, 'delete'))
    expect(held).toEqual([changed('1', {}, 'delete')])
  })

  it('are a hundred entities at most', () => {
    const held: ChangedEntity[] = []
    const taken = Array.from({ length: 101 }, (_, i) => holdChange(held, changed(`${i}`, {})))
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(100)
    expect(holdChange(held, changed('0', { a: { new: 1 } }))).toBe(true)
  })

  it('belong to the event of the same type and id; a number is the same id as its text', () => {
    const held = [changed('1', {}), changed('2', {})]
    expect(settleChanges(held, { type: 'issue', id: 2 as never })).toEqual({ mine: held[1], others: [held[0]] })
    expect(settleChanges(held, { type: 'project', id: '1' })).toEqual({ mine: undefined, others: held })
  })

  it('belong to any event of the type without an id, and to one without a resource', () => {
    const held = [changed('1', {}), changed('2', {})]
    expect(settleChanges(held, { type: 'issue' }).mine).toBe(held[0])
    expect(settleChanges(held, undefined).mine).toBe(held[0])
  })
})

it('an issue’s own event is on the issue’s list', () => {
  expect(eventOfChange(changed('1', {}))).toMatchObject({ action: 'issue.update', issue: '1' })
  expect(eventOfChange({ ...changed('1', {}), resource: { type: 'project', id: '1' } })).not.toHaveProperty('issue')
})
