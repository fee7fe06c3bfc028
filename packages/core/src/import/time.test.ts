import fc from 'fast-check'
import { createTimeReader } from './time'
import { createZone } from './zone'

const read = (text: string, format?: string, zone?: string): string | undefined => {
  const reader = createTimeReader({ format, zone })
  if (typeof reader === 'string') throw new Error(reader)
  const ms = reader(text)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

it.each([
  ['2024-01-15T14:32:01Z', undefined, undefined, '2024-01-15T14:32:01.000Z'],
  ['2024-01-15 14:32:01.123456+00', undefined, undefined, '2024-01-15T14:32:01.123Z'],
  ['2024-01-15 14:32:01+0530', undefined, 'Europe/Berlin', '2024-01-15T09:02:01.000Z'],
  ['2024-01-15 14:32', undefined, 'Europe/Berlin', '2024-01-15T13:32:00.000Z'],
  ['2024-01-15', undefined, '-08:00', '2024-01-15T08:00:00.000Z'],
  ['1705329121', 'seconds', undefined, '2024-01-15T14:32:01.000Z'],
  ['1705329121.25', 'seconds', undefined, '2024-01-15T14:32:01.250Z'],
  ['1705329121007', 'milliseconds', undefined, '2024-01-15T14:32:01.007Z'],
  ['15.01.2024 14:32:01', 'DD.MM.YYYY HH:mm:ss', 'Europe/Berlin', '2024-01-15T13:32:01.000Z'],
  ['1/5/2024, 2:03:04 PM', 'M/D/YYYY, h:mm:ss A', 'America/New_York', '2024-01-05T19:03:04.000Z'],
  ['1/5/2024, 12:03:04 AM', 'M/D/YYYY, h:mm:ss A', undefined, '2024-01-05T00:03:04.000Z'],
  ['05/Jan/2024:23:59:58 +0100', 'DD/MMM/YYYY:HH:mm:ss Z', undefined, '2024-01-05T22:59:58.000Z'],
  ['on 2024-01-05', '[on] YYYY-MM-DD', undefined, '2024-01-05T00:00:00.000Z'],
])('reads %s as %s in %s', (text, format, zone, expected) => {
  expect(read(text, format, zone)).toBe(expected)
})

it.each([
  ['2024-02-30', undefined],
  ['2024-13-01', undefined],
  ['2024-01-15 25:00', undefined],
  ['yesterday', undefined],
  ['', undefined],
  ['0001-01-01', undefined],
  ['1e9', 'seconds'],
  ['13:00 PM 2024-01-01', 'hh:mm A YYYY-MM-DD'],
  ['05/Foo/2024', 'DD/MMM/YYYY'],
])('takes %s for no time', (text, format) => {
  expect(read(text, format)).toBeUndefined()
})

it.each([
  ['DD.MM.', /needs year, month and day/],
  ['YYYY-MM-DD hh:mm', /A beside hh/],
  ['YYYY-MM-DD q', /the letter q/],
  ['YYYY-MM-DD DD', /twice/],
])('says what is wrong with the format %s', (format, message) => {
  expect(createTimeReader({ format })).toEqual(expect.stringMatching(message))
  expect(createTimeReader({ zone: 'Middle/Earth' })).toMatch(/zone "Middle\/Earth" is none/)
})

it('takes the first of two hours with the same name, and goes on through an hour that is left out', () => {
  expect(read('2024-10-27 02:30', undefined, 'Europe/Berlin')).toBe('2024-10-27T00:30:00.000Z')
  expect(read('2024-03-31 02:30', undefined, 'Europe/Berlin')).toBe('2024-03-31T01:30:00.000Z')
})

it('is undone by what a clock of the zone shows, but in the hours that a change takes or gives', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns']
  const times = fc.integer({ min: Date.UTC(1985, 0), max: Date.UTC(2035, 0) })
  fc.assert(
    fc.property(fc.constantFrom(...zones), times, (zone, ms) => {
      const whole = Math.floor(ms / 1_000) * 1_000
      const shown = new Date(whole).toLocaleString('sv-SE', { timeZone: zone })
      const back = createZone(zone)?.(Date.parse(`${shown.replace(' ', 'T')}Z`)) ?? 0
      // The same clock is shown, at that time or an hour (half an hour, on Lord Howe) before it.
      expect(new Date(back).toLocaleString('sv-SE', { timeZone: zone })).toBe(shown)
      expect([0, 1_800_000, 3_600_000]).toContain(whole - back)
    }),
    { numRuns: 3_000 },
  )
})
