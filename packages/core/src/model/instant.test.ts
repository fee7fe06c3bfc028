import { isStorableTime, readInstant, showInstant, showInstantWithoutZone } from './instant'

describe('a time', () => {
  it.each([
    ['2024-01-15T14:32:01Z', Date.UTC(2024, 0, 15, 14, 32, 1)],
    ['2024-01-15T14:32:01', Date.UTC(2024, 0, 15, 14, 32, 1)],
    ['2024-01-15 14:32', Date.UTC(2024, 0, 15, 14, 32)],
    ['2024-01-15t14:32:01.5z', Date.UTC(2024, 0, 15, 14, 32, 1, 500)],
    ['2024-01-15T14:32:01.123456789+02:00', Date.UTC(2024, 0, 15, 12, 32, 1, 123)],
    ['2024-01-15T14:32:01-0530', Date.UTC(2024, 0, 15, 20, 2, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024-01-01', Date.UTC(2024, 0, 1)],
  ])('is read from %s, without a zone as UTC', (text, ms) => expect(readInstant(text)).toBe(ms))

  it.each([
    '',
    'now',
    '2023-02-29',
    '2024-13-01',
    '2024-01-15T25:00',
    '2024-01-15T14:32:61Z',
    '15.1.2024',
    '2024',
    '0001-01-01',
    '2024-01-15T14:32:01Z trailing',
  ])('is not read from %j', (text) => expect(readInstant(text)).toBeUndefined())

  it('is shown in UTC, with milliseconds only where there are any', () => {
    expect(showInstant(Date.UTC(2024, 0, 15, 14, 32, 1))).toBe('2024-01-15T14:32:01Z')
    expect(showInstant(Date.UTC(2024, 0, 15, 14, 32, 1, 50))).toBe('2024-01-15T14:32:01.050Z')
    expect(showInstantWithoutZone(Date.UTC(2025, 0, 1))).toBe('2025-01-01T00:00:00')
  })

  it('can be kept within the years 1900 to 9999, in whole milliseconds', () => {
    expect([0, -1, Date.UTC(9999, 11, 31)].map(isStorableTime)).toEqual([true, true, true])
    expect([0.5, Number.NaN, Infinity, Date.UTC(1899, 0, 1), 8.64e15].map(isStorableTime)).toEqual(Array(5).fill(false))
  })
})
