import fc from 'fast-check'

import { ActrailClientError } from './client-error'
import { readRetryAfter } from './problem-answer'
import { backOff, isTransient } from './retry'

afterEach(() => jest.restoreAllMocks())

describe('the wait before the next attempt', () => {
  it('is drawn below a time that doubles, and never above half a minute', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1)
    expect([0, 1, 2, 3].map((failures) => backOff(failures))).toEqual([500, 1_000, 2_000, 4_000])
    expect(backOff(1_000)).toBe(30_000)
    jest.spyOn(Math, 'random').mockReturnValue(0)
    expect(backOff(3)).toBe(0)
  })

  it('is at least what the server asked for', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(60_000), (failures, retryAfterMs) => {
        expect(backOff(failures, { retryAfterMs })).toBeGreaterThanOrEqual(retryAfterMs)
      }),
    )
  })
})

it.each([
  ['2', 2_000],
  [' 120 ', 120_000],
  ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
  [null, undefined],
])('Retry-After: %s is %s ms', (text, ms) => {
  expect(readRetryAfter(text, Date.UTC(2026, 10, 23, 10))).toBe(ms)
})

it('a time-out, a broken connection and a busy server may pass; a refusal and a mistake do not', () => {
  const failures = [
    ...[new ActrailClientError('ERR_CLIENT_TIMEOUT', ''), new ActrailClientError('ERR_CLIENT_NETWORK', '')],
    ...[429, 503, 500, 403].map((status) => new ActrailClientError('ERR_API_SLOW', '', { status })),
    ...[new ActrailClientError('ERR_API_SLOW', '', { status: 503, retryAfterMs: 60_001 }), new TypeError('mistake')],
  ]
  expect(failures.map(isTransient)).toEqual([true, true, true, true, false, false, false, false])
})
