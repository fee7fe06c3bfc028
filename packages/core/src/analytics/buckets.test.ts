import fc from 'fast-check'
import { offsetSpans } from '../model/time-zone'
import { bucketCount, bucketStarts, type Interval } from './buckets'

const HOUR_MS = 3_600_000
const starts = (zone: string, interval: Interval, from: number, to: number): number[] =>
  bucketStarts({ from, to }, interval, offsetSpans(zone, from, to))
const lengths = (all: readonly number[], end: number): number[] =>
  all.map((at, n) => ((all[n + 1] ?? end) - at) / HOUR_MS)

it('cuts a stretch into days of a zone, of 23 and 25 hours where clocks are set', () => {
  const spring = [Date.UTC(2024, 2, 29, 23), Date.UTC(2024, 3, 1, 22)] as const
  expect(lengths(starts('Europe/Berlin', 'day', ...spring), spring[1])).toEqual([24, 23, 24])
  const autumn = [Date.UTC(2024, 9, 25, 22), Date.UTC(2024, 9, 28, 23)] as const
  expect(lengths(starts('Europe/Berlin', 'day', ...autumn), autumn[1])).toEqual([24, 25, 24])
})

it('has a day of its own where clocks jump over midnight, and one day where they are set back to the day before', () => {
  // Cairo: midnight becomes 01:00 on 2024-04-26, and 24:00 becomes 23:00 on 2024-10-31.
  const spring = [Date.UTC(2024, 3, 24, 22), Date.UTC(2024, 3, 27, 21)] as const
  expect(lengths(starts('Africa/Cairo', 'day', ...spring), spring[1])).toEqual([24, 23, 24])
  const autumn = [Date.UTC(2024, 9, 30, 21), Date.UTC(2024, 10, 1, 22)] as const
  expect(lengths(starts('Africa/Cairo', 'day', ...autumn), autumn[1])).toEqual([25, 24])
})

it('leaves a day out that a country skipped', () => {
  // Samoa went from the 29th to the 31st of December 2011.
  const [from, to] = [Date.UTC(2011, 11, 29, 10), Date.UTC(2011, 11, 31, 10)]
  expect(lengths(starts('Pacific/Apia', 'day', from, to), to)).toEqual([24, 24])
})

it('shows an hour that comes twice as two, and none for one that is left out', () => {
  const autumn = [Date.UTC(2024, 9, 26, 22), Date.UTC(2024, 9, 27, 23)] as const
  expect(starts('Europe/Berlin', 'hour', ...autumn)).toHaveLength(25)
  const spring = [Date.UTC(2024, 2, 30, 23), Date.UTC(2024, 2, 31, 22)] as const
  expect(starts('Europe/Berlin', 'hour', ...spring)).toHaveLength(23)
})

it('begins with the stretch, also within an hour of a zone of half hours', () => {
  const from = Date.UTC(2024, 0, 1, 0, 15)
  expect(starts('Asia/Kolkata', 'hour', from, from + 2 * HOUR_MS).map((at) => (at - from) / 60_000)).toEqual([
    0, 15, 75,
  ])
})

it('is a partition: ascending, within the stretch, and by the date of the clocks', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo']
  const days = fc.integer({ min: 0, max: 3_650 }).map((day) => Date.UTC(2015, 0, 1) + day * 24 * HOUR_MS)
  fc.assert(
    fc.property(fc.constantFrom(...zones), days, fc.integer({ min: 1, max: 400 }), (zone, from, quarters) => {
      const to = from + quarters * 900_000
      const dateOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
      const all = starts(zone, 'day', from, to)
      expect(all[0]).toBe(from)
      expect(all).toEqual([...new Set(all)].sort((one, other) => one - other))
      const dates: string[] = []
      for (let at = from; at < to; at += 900_000) dates.push(dateOf.format(at))
      expect(all.map((at) => dateOf.format(at))).toEqual([...new Set(dates)])
      expect(all.length).toBeLessThanOrEqual(bucketCount({ from, to }, 'day') + 1)
    }),
    { numRuns: 200 },
  )
})
