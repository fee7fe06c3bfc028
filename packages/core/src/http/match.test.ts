import fc from 'fast-check'

import { createMatcher } from './match'
import { ROUTES } from './routes/table'
import type { Route } from './route'

const find = createMatcher(ROUTES)

it.each([
  ['/activity', {}],
  ['/activity/', {}],
  ['/activity/evt_1', { id: 'evt_1' }],
  ['/audit-logs', {}],
  ['/audit-logs/', {}],
  ['/workspaces/a%2Fb/activity', { ws_id: 'a/b' }],
  ['/workspaces/w/issues/%E2%98%83/activity/', { ws_id: 'w', issue_id: '☃' }],
])('finds %s', (path, params) => {
  expect(find(path)?.params).toEqual(params)
})

it.each([
  '',
  '/',
  'activity',
  '//',
  '/Activity',
  '/activity//',
  '/activity/a/b',
  '/users//activity',
  '/users/%/activity',
  '*',
])('does not find %p', (path) => {
  expect(find(path)).toBeUndefined()
})

it('prefers a literal segment to a parameter, whatever the order', () => {
  const named = (path: string): Route => ({ ...ROUTES[0], path }) as Route
  const match = createMatcher([named('/activity/{id}'), named('/activity/stream')])
  expect(match('/activity/stream')?.routes[0]?.path).toBe('/activity/stream')
  expect(match('/activity/other')?.routes[0]?.path).toBe('/activity/{id}')
})

it('gives back any parameter that is encoded into a path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
      expect(find(`/users/${encodeURIComponent(value)}/activity`)?.params).toEqual({ user_id: value })
    }),
  )
})

it('takes no time over a path of any length', () => {
  const path = '/a'.repeat(200_000)
  const startedAt = performance.now()
  for (let round = 0; round < 100; round += 1) expect(find(path)).toBeUndefined()
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
