import type { StoredEvent } from '@actrail/core'
import { mistakesOf } from './mistakes'
import type { ExpectedEvent } from './outcome-case'

const wanted: ExpectedEvent = {
  request_id: 'c1-1',
  action: 'book.read',
  result: 'success',
  status_code: 200,
  details: { first: undefined, of: 'c1-1' },
}
const event = {
  request_id: 'c1-1',
  workspace_id: 'contract',
  ip: '127.0.0.1',
  action: 'book.read',
  result: 'success',
  status_code: 200,
  details: { of: 'c1-1', more: true },
} as unknown as StoredEvent

it('is content with an event that says what it must, and more', () => {
  expect(mistakesOf('c1-1', [wanted], [event])).toEqual([])
  expect(mistakesOf('c1-1', [], [])).toEqual([])
})

it('names a missing and a second event', () => {
  expect(mistakesOf('c1-1', [wanted], [])).toEqual(['c1-1: 0 events instead of 1'])
  expect(mistakesOf('c1-1', [wanted], [event, event])[0]).toContain('2 events instead of 1')
  expect(mistakesOf('c1-1', [], [event])[0]).toContain('1 events instead of 0 (book.read success)')
})

it.each([
  ['result', 'failure'],
  ['status_code', undefined],
  ['action', 'book.list'],
  ['ip', '::1'],
  ['workspace_id', 'default'],
  ['details', { of: 'c1-2' }],
  ['details', { of: 'c1-1', first: true }],
])('sees a wrong %s', (name, value) => {
  expect(mistakesOf('c1-1', [wanted], [{ ...event, [name]: value }])).toHaveLength(1)
})

it('wants a status to be absent where none was sent', () => {
  const aborted: ExpectedEvent = { ...wanted, result: 'aborted', status_code: undefined }
  expect(mistakesOf('c1-1', [aborted], [{ ...event, result: 'aborted' }])).toEqual([
    'c1-1: status_code is 200, not undefined',
  ])
})

it('tells several events of one request apart by their action', () => {
  const second = { ...wanted, action: 'book.exported' }
  expect(mistakesOf('c1-1', [wanted, second], [{ ...event, action: 'book.exported' }, event])).toEqual([])
})

it('takes the action of a framework that routes early for the one that it has in others', () => {
  const early = { ...wanted, action: 'http.unmatched', routed_action: 'book.read', details: { path: '/books' } }
  expect(mistakesOf('c1-1', [early], [event])).toEqual([])
  expect(mistakesOf('c1-1', [early], [{ ...event, action: 'book.list' }])).not.toEqual([])
  const late = { ...event, action: 'http.unmatched' }
  expect(mistakesOf('c1-1', [early], [late])).toEqual(['c1-1: details.path is undefined, not "/books"'])
})
