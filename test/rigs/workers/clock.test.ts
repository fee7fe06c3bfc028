import { shiftClock } from './clock'

const Real = Date

afterEach(() => {
  globalThis.Date = Real
})

it('shows another time by every way to ask for one', () => {
  const before = Real.now()
  shiftClock(3_600_000)
  for (const shown of [Date.now(), new Date().getTime(), new Date(String(Date())).getTime() + 1_000]) {
    expect(shown).toBeGreaterThanOrEqual(before + 3_600_000)
    expect(shown).toBeLessThan(before + 3_660_000)
  }
  expect(new Date(5).getTime()).toBe(5)
  expect(new Date()).toBeInstanceOf(Real)
})
