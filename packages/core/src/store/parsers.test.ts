import fc from 'fast-check'
import { parsers, parseTimestamp } from './parsers'

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

/** As Postgres writes it in a time zone that is `offset` seconds ahead. */
function write(ms: number, offset: number): string {
  const date = new Date(ms + offset * 1000)
  const day = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => pad(part, 2)).join(':')
  const fraction = date.getUTCMilliseconds() === 0 ? '' : `.${pad(date.getUTCMilliseconds(), 3).replace(/0+$/, '')}`
  const [hours, minutes, seconds] = [
    Math.floor(Math.abs(offset) / 3600),
    Math.floor(Math.abs(offset) / 60) % 60,
    Math.abs(offset) % 60,
  ]
  const zone = `${offset < 0 ? '-' : '+'}${pad(hours, 2)}${minutes || seconds ? `:${pad(minutes, 2)}` : ''}${seconds ? `:${pad(seconds, 2)}` : ''}`
  return `${day} ${time}${fraction}${zone}`
}

describe('timestamps', () => {
  it('are read to the millisecond, in the style of any time zone', () => {
    const from = Date.UTC(1000, 0)
    const to = Date.UTC(9999, 11)
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), fc.integer({ min: -43_200, max: 50_400 }), (ms, offset) => {
        expect(parseTimestamp(write(ms, offset))).toBe(ms)
      }),
    )
  })

  it('lose what is below a millisecond', () => {
    expect(parseTimestamp('2025-01-02 03:04:05.678999+00')).toBe(Date.UTC(2025, 0, 2, 3, 4, 5, 678))
  })

  it.each(['infinity', '0044-03-15 00:00:00+00 BC', ''])('are no number for %j', (text) => {
    expect(parseTimestamp(text)).toBeNaN()
  })
})

it('gives types that are not ours as text', () => {
  expect(parsers.getTypeParser(1700)('1.10')).toBe('1.10')
})
