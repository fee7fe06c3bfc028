import { nearest } from './nearest'

const names = ['limit', 'offset', 'cursor', 'start_date', 'end_date', 'user_id', 'user_email']

describe('nearest', () => {
  it.each([
    ['limits', 'limit'],
    ['Limit', 'limit'],
    ['ofset', 'offset'],
    ['offest', 'offset'],
    ['start-date', 'start_date'],
    ['startdate', 'start_date'],
    ['useremail', 'user_email'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearest(typed, names)).toBe(meant)
  })

  it.each(['', 'x', 'page', 'colour', '\u0000', 'limit'.repeat(10_000)])('finds nothing near %p', (typed) => {
    expect(nearest(typed, names)).toBeUndefined()
  })
})
