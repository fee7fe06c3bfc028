import { z } from 'zod'

import type { Moment } from '../model/moment'
import { moment } from './parameters'
import { readQuery } from './read-parameters'
import { timeRange } from './time-range'

const nowMs = Date.UTC(2025, 5, 15, 12)
const schema = z.object({ at: moment({ description: 'A time.', example: '7d' }) })

function rangeOf(text: string): { from?: number; to?: number } {
  const read = readQuery(schema, new URLSearchParams({ at: text })) as { at: Moment }
  const from = timeRange({ from: { name: 'a', moment: read.at }, to: { name: 'b', moment: undefined }, nowMs })
  const to = timeRange({ from: { name: 'a', moment: undefined }, to: { name: 'b', moment: read.at }, nowMs })
  return { ...from, ...to } as { from?: number; to?: number }
}

describe('a time', () => {
  it.each([
    ['2024-01-31', '2024-01-31T00:00:00.000Z', 86_400_000],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', 86_400_000],
    ['2024-01-31T10:00', '2024-01-31T10:00:00.000Z', 60_000],
    ['2024-01-31T10:00:05', '2024-01-31T10:00:05.000Z', 1_000],
    ['2024-01-31 10:00:05', '2024-01-31T10:00:05.000Z', 1_000],
    ['2024-01-31T10:00:05Z', '2024-01-31T10:00:05.000Z', 1_000],
    ['2024-01-31T10:00:05.25Z', '2024-01-31T10:00:05.250Z', 1],
    ['2024-01-31T10:00:05.123456+02:00', '2024-01-31T08:00:05.123Z', 1],
    ['2024-01-31T10:00+02:00', '2024-01-31T08:00:00.000Z', 60_000],
    ['2024-01-31T10:00:05 02:00', '2024-01-31T08:00:05.000Z', 1_000],
    ['2024-01-31T10:00:05.5 0200', '2024-01-31T08:00:05.500Z', 1],
    ['2024-01-31T10:00:05-02:00', '2024-01-31T12:00:05.000Z', 1_000],
  ])('%s begins at %s and takes in what it names', (text, first, spanMs) => {
    expect(rangeOf(text)).toEqual({ from: Date.parse(first), to: Date.parse(first) + spanMs })
  })

  it.each([
    ['7d', nowMs - 7 * 86_400_000],
    ['1h', nowMs - 3_600_000],
    ['90m', nowMs - 5_400_000],
    ['5000w', 0],
  ])('%s counts back from now', (text, ms) => {
    expect(rangeOf(text)).toEqual({ from: ms, to: ms })
  })
})
