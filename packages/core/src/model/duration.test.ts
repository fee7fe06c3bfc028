import fc from 'fast-check'
import { parseDuration } from './duration'

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1h30m', 5_400_000],
    ['90d', 7_776_000_000],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each([
    '',
    '1',
    'h',
    '-1h',
    '+1h',
    '1.5h',
    '1 h',
    '1H',
    '1y',
    '1h ',
    '1e3s',
    '999999999w',
    'NaNs',
    '1h'.repeat(40),
  ])('is not %j', (text) =>
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'ERR_DURATION_INVALID' }) as Error),
  )

  it('reads every whole number of every unit', () => {
    const units = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 }
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }),
        fc.constantFrom(...Object.entries(units)),
        (count, [unit, ms]) => {
          expect(parseDuration(`${count}${unit}`)).toBe(count * ms)
        },
      ),
    )
  })
})
