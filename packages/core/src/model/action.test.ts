import fc from 'fast-check'
import { actionMatches, actionTerm, globToLike, verbOf } from './action'
import { verbOfWord } from './verb'

describe('the verb of an action', () => {
  it.each([
    ['env.create', 'CREATE'],
    ['issue.created', 'CREATE'],
    ['member.invite', 'CREATE'],
    ['model.deploy', 'CREATE'],
    ['cluster.register', 'CREATE'],
    ['endpoint.setup', 'CREATE'],
    ['issue.updated', 'UPDATE'],
    ['member.role.update', 'UPDATE'],
    ['project.blueprint.update', 'UPDATE'],
    ['settings.changed', 'UPDATE'],
    ['env.delete', 'DELETE'],
    ['member.remove', 'DELETE'],
    ['member.removed', 'DELETE'],
    ['model.undeploy', 'DELETE'],
    ['cluster.deregister', 'DELETE'],
    ['project.list', 'LIST'],
    ['activity.viewed', 'READ'],
    ['auth.login', 'LOGIN'],
    ['auth.logout', 'LOGOUT'],
    ['env.start', 'START'],
    ['env.checkpoint', 'CHECKPOINT'],
    ['env.restored', 'RESTORE'],
    ['system.cleanup', 'CLEANUP'],
    ['api_key.revoke', 'REVOKE'],
    ['user.signedIn', 'LOGIN'],
    ['billing.plan-upgrade', 'PLAN_UPGRADE'],
    ['http.unmatched', 'UNMATCHED'],
    ['login', 'LOGIN'],
    ['auth.login.', 'LOGIN'],
    ['.', 'OTHER'],
    ['...', 'OTHER'],
  ])('%s is %s', (action, verb) => expect(verbOf(action)).toBe(verb))

  it.each(['failure', 'denied', 'aborted', 'unknown'] as const)(
    'a login with the result %s is LOGIN_FAILED',
    (result) => {
      expect(verbOf('auth.login', result)).toBe('LOGIN_FAILED')
      expect(verbOf('user.signedIn', result)).toBe('LOGIN_FAILED')
    },
  )

  it('a login that says itself that it failed is LOGIN_FAILED', () => {
    expect(verbOf('auth.login_failed')).toBe('LOGIN_FAILED')
    expect(verbOf('auth.login.failed')).toBe('LOGIN_FAILED')
    expect(verbOf('payment.failed')).toBe('FAILED')
  })

  it('other verbs do not change with the result', () => {
    expect(verbOf('issue.created', 'failure')).toBe('CREATE')
    expect(verbOf('auth.logout', 'failure')).toBe('LOGOUT')
  })

  it('of a verb is that verb, so that a filter may ask with what a list shows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (word) => {
        const verb = verbOfWord(word)
        expect(verbOfWord(verb)).toBe(verb)
      }),
    )
  })
})

describe('a glob', () => {
  it.each([
    ['env.*', 'env.create', true],
    ['env.*', 'env.', true],
    ['env.*', 'env', false],
    ['env.*', 'prod-env.create', false],
    ['*.create', 'project.blueprint.create', true],
    ['*.create', 'env.created', false],
    ['member.*.update', 'member.role.update', true],
    ['member.*.update', 'member.update', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab', 'ab', false],
    ['*ab*ab', 'abab', true],
    ['Env.*', 'env.create', false],
    ['env.?', 'env.x', false],
    ['env.create', 'env.create', true],
    ['env.create', 'envxcreate', false],
    ['', '', true],
  ])('%s against %s: %s', (glob, action, expected) => expect(actionMatches(glob, action)).toBe(expected))

  it('agrees with the plain definition of a star', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 })
    fc.assert(
      fc.property(globs, letters, (glob, action) => {
        expect(actionMatches(glob, action)).toBe(matchesByDefinition(glob, action))
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes no longer for a hostile pattern', () => {
    const started = performance.now()
    for (let count = 0; count < 100; count++) {
      expect(actionMatches(`${'*a'.repeat(128)}*b`, 'a'.repeat(256))).toBe(false)
    }
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('becomes a pattern of SQL in which only the star is special', () => {
    expect(globToLike('env.*')).toBe('env.%')
    expect(globToLike('api_key.*%\\**')).toBe('api\\_key.%\\%\\\\%')
  })
})

describe('what a client asks of an action', () => {
  it('is a verb without a dot, in any case and tense', () => {
    expect(actionTerm('create')).toEqual({ kind: 'verb', verbs: ['CREATE'], action: 'create' })
    expect(actionTerm('CREATE')).toEqual({ kind: 'verb', verbs: ['CREATE'], action: 'CREATE' })
    expect(actionTerm('login_failed')).toEqual({ kind: 'verb', verbs: ['LOGIN_FAILED'], action: 'login_failed' })
  })

  it('is a glob with a star, else the action itself', () => {
    expect(actionTerm('env.**')).toEqual({ kind: 'glob', glob: 'env.*' })
    expect(actionTerm('member.invite')).toEqual({ kind: 'exact', action: 'member.invite' })
  })
})

function matchesByDefinition(glob: string, action: string): boolean {
  if (glob === '') return action === ''
  if (glob[0] !== '*') return glob[0] === action[0] && matchesByDefinition(glob.slice(1), action.slice(1))
  return Array.from({ length: action.length + 1 }, (_, start) => action.slice(start)).some((rest) =>
    matchesByDefinition(glob.slice(1), rest),
  )
}
