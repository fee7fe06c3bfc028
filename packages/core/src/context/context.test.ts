import { annotate, reason, runWithDefaults, skip, withActor } from './annotate'
import { type Annotation, mergeAnnotations } from './annotation'
import { diff } from './diff'
import { currentScope, noteCopy, runInScope, Scope } from './scope'

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

describe('an annotation that does harm when it is read', () => {
  const fails = () => {
    throw new Error('hostile')
  }
  const revoked = (): never => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy as never
  }
  const merge = (...annotations: unknown[]) =>
    annotations.reduce<Annotation | undefined>((earlier, later) => mergeAnnotations(earlier, later as never), undefined)

  it('throws nothing, and costs only what cannot be read', () => {
    const bad = Object.defineProperty({ project: 'p' }, 'details', { get: fails, enumerable: true })
    expect(merge({ action: 'a.b', details: { n: 1 } }, bad)).toEqual({ action: 'a.b', details: { n: 1 }, project: 'p' })
    for (const whole of [revoked(), null, 7, 'text', undefined]) {
      expect(merge({ action: 'a.b' }, whole)).toEqual({ action: 'a.b' })
    }
    const half = Object.defineProperty({ b: 2 }, 'bad', { get: fails, enumerable: true })
    expect(merge({ details: { a: 1 } }, { details: half })?.details).toEqual({ a: 1, b: 2 })
    expect(merge({ details: { a: 1 } }, { details: revoked() })?.details).toEqual({ a: 1 })
  })

  it('hides neither the actor nor the action that are known otherwise', () => {
    expect(merge({ actor: revoked(), action: { toString: fails }, resource: 'none' })).toEqual({})
    expect(merge({ actor: { type: 'user', id: '1', get email() { return fails() } } })).toEqual({ actor: { type: 'user', id: '1' } }) // prettier-ignore
  })

  it('is not taken apart where it is a text, bytes or a list, and not wholly where it is very large', () => {
    for (const details of ['x'.repeat(5_000_000), new Uint8Array(5_000_000), [1, 2]]) {
      expect(merge({ details: { a: 1 } }, { details })?.details).toBe(details)
      expect(merge({ context: details })?.context).toEqual({ value: details })
    }
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`m${n}`, n]))
    const joined = merge({ details: { a: 1 } }, { details: many })?.details ?? {}
    expect(joined).toMatchObject({ a: 1, m0: 0, m999: 999 })
    expect(Object.keys(joined)).toHaveLength(1_001)
  })

  it('cannot reach a prototype', () => {
    const details: unknown = JSON.parse('{"__proto__":{"polluted":true}}')
    const merged = merge({ details: { a: 1 } }, { details })?.details
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(Object.keys(merged ?? {})).toEqual(['a', '__proto__'])
  })
})

describe('several copies of this package in one process', () => {
  it('warn once for each version that is not the first', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    for (const version of ['1.0.0', '1.0.0', '1.1.0', '1.1.0']) noteCopy(version)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toContain('1.0.0 and 1.1.0')
    warn.mockRestore()
  })
})
