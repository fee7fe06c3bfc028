import { isTimeZone, offsetSpans } from './time-zone'

const HOUR_MS = 3_600_000

it('knows the names of time zones, in any case, and nothing else', () => {
  for (const name of ['UTC', 'Europe/Berlin', 'europe/berlin', 'Asia/Kathmandu']) expect(isTimeZone(name)).toBe(true)
  for (const name of ['', 'Mars/Olympus', 'Europe/', '../etc', 'Europe/Berlin\0']) expect(isTimeZone(name)).toBe(false)
})

it('finds to the second when clocks are set, and by how much', () => {
  expect(offsetSpans('Europe/Berlin', Date.UTC(2024, 2, 1), Date.UTC(2024, 11, 1))).toEqual([
    { from: Date.UTC(2024, 2, 1), offsetMs: HOUR_MS },
    { from: Date.UTC(2024, 2, 31, 1), offsetMs: 2 * HOUR_MS },
    { from: Date.UTC(2024, 9, 27, 1), offsetMs: HOUR_MS },
  ])
  expect(offsetSpans('Australia/Lord_Howe', Date.UTC(2024, 3, 1), Date.UTC(2024, 3, 20))).toEqual([
    { from: Date.UTC(2024, 3, 1), offsetMs: 11 * HOUR_MS },
    { from: Date.UTC(2024, 3, 6, 15), offsetMs: 10.5 * HOUR_MS },
  ])
})

it('has one span where clocks are not set, behind UTC and before 1970 too', () => {
  const winter = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 1, 1) }
  expect(offsetSpans('Asia/Kathmandu', winter.from, winter.to)).toEqual([
    { from: winter.from, offsetMs: 5.75 * HOUR_MS },
  ])
  expect(offsetSpans('America/New_York', winter.from, winter.to)).toEqual([
    { from: winter.from, offsetMs: -5 * HOUR_MS },
  ])
  expect(offsetSpans('UTC', Date.UTC(1950, 0, 1), Date.UTC(1950, 0, 2))).toEqual([{ from: Date.UTC(1950, 0, 1), offsetMs: 0 }]) // prettier-ignore
})
