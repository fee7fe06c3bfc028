import { createAuditTrail } from './audit-trail'
import { requireClock } from './clock'

describe('the clock', () => {
  afterEach(() => jest.useRealTimers())

  it('is refused when it says a time before 2020, before anything is made', () => {
    jest.useFakeTimers({ now: Date.UTC(1970, 0, 2) })
    expect(() => createAuditTrail()).toThrow(
      expect.objectContaining({ code: 'ERR_CLOCK_WRONG', message: expect.stringContaining('1970-01-02') as string }),
    )
  })

  it('may be the first moment of 2020', () => {
    expect(() => requireClock(Date.UTC(2020, 0))).not.toThrow()
    expect(() => requireClock(Date.UTC(2020, 0) - 1)).toThrow()
  })
})
