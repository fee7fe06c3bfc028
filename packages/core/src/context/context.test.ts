import { annotate, reason, runWithDefaults, skip, withActor } from './annotate'
import { mergeAnnotations } from './annotation'
import { diff } from './diff'
import { Scope, currentScope, runInScope } from './scope'

const request = () => new Scope(undefined, true)

describe('annotating the current request', () => {
  it('reaches the event through awaits and timers', async () => {
    const scope = request()
    await runInScope(scope, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      annotate({ action: 'issue.updated', details: { a: 1 } })
      annotate({ details: { b: 2 } })
      reason('ticket 42')
    })
    expect(scope.annotation).toEqual({ action: 'issue.updated', details: { a: 1, b: 2 }, reason: 'ticket 42' })
  })

  it('is refused and counted once the event is written', () => {
    const scope = request()
    scope.ended = true
    expect(runInScope(scope, () => [annotate({ action: 'late' }), skip()])).toEqual([false, false])
    expect(scope.annotation).toBeUndefined()
    expect(scope.refused).toBe(2)
  })

  it('says no outside of any request, and in a job, which has no event of its own', () => {
    expect(annotate({ action: 'x' })).toBe(false)
    expect(runWithDefaults({ workspace: 'ws' }, () => annotate({ action: 'x' }))).toBe(false)
  })

  it('goes to the request when it is called inside withActor', () => {
    const scope = request()
    runInScope(scope, () => withActor({ type: 'agent', id: 'a1' }, () => annotate({ project: 'p' })))
    expect(scope.annotation).toEqual({ project: 'p' })
  })
})

it('lets the innermost scope win in what record() inherits', () => {
  const inherited = runWithDefaults({ workspace: 'ws', actor: { type: 'system' } }, () =>
    withActor({ type: 'agent', id: 'a1' }, () => currentScope()?.inherited()),
  )
  expect(inherited).toEqual({ workspace: 'ws', actor: { type: 'agent', id: 'a1' } })
})

it('merges details key by key and lets later scalars win', () => {
  expect(mergeAnnotations({ action: 'a', changes: { x: 1 } }, { action: 'b', changes: { y: 2 } })).toEqual({
    action: 'b',
    changes: { x: 1, y: 2 },
  })
})

describe('diff', () => {
  it('names the fields that differ, with what they were and are', () => {
    expect(diff({ a: 1, b: { c: 1 }, gone: 1 }, { a: 1, b: { c: 2 }, come: 1 })).toEqual({
      b: { old: { c: 1 }, new: { c: 2 } },
      gone: { old: 1 },
      come: { new: 1 },
    })
  })

  it('keeps a field called __proto__ a field', () => {
    const changes = diff({}, JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>)
    expect(Object.keys(changes)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
