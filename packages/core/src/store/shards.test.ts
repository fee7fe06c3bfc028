import { endOfMonth, nameShards } from './shards'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2025, 5, 15)

const closed = (shard: number, closed_at: number) => ({
  shard,
  state: 'closed' as const,
  first_index: 0,
  opened_at: 0,
  closed_at,
})
const open = (shard: number) => ({ shard, state: 'open' as const, first_index: 0, opened_at: 0, closed_at: null })
const idAt = (ms: number) => ms.toString(16).padStart(12, '0')

describe('the shards that a step names', () => {
  it('are all of them when the log is young', () => {
    expect(nameShards([open(1), closed(0, NOW - HOUR)], NOW)).toEqual({
      open: 1,
      lookBack: [0],
      oldestId: '00000000-0000-0000-0000-000000000000',
    })
  })

  it('leave out what was closed over a day before the ids of the last hour', () => {
    const rows = [open(3), closed(2, NOW - HOUR), closed(1, NOW - 2 * DAY), closed(0, NOW - 9 * DAY)]
    const { lookBack, oldestId } = nameShards(rows, NOW)
    expect(lookBack).toEqual([2])
    // an id one day older than the close of shard 1 could be in it
    expect(oldestId.replaceAll('-', '').slice(0, 12)).toBe(idAt(NOW - DAY + 1))
  })

  it('reach back as far as an id that came late', () => {
    const rows = [open(3), closed(2, NOW - HOUR), closed(1, NOW - 2 * DAY), closed(0, NOW - 9 * DAY)]
    expect(nameShards(rows, NOW, NOW - 1.5 * DAY).lookBack).toEqual([2, 1])
    expect(nameShards(rows, NOW, NOW - 30 * DAY).lookBack).toEqual([2, 1, 0])
  })

  it('leave out one that is made ahead', () => {
    const ahead = { shard: 1, state: 'ahead' as const, first_index: null, opened_at: null, closed_at: null }
    expect(nameShards([ahead, open(0)], NOW).open).toBe(0)
  })
})

it.each([
  ['2025-06-15T10:00:00Z', '2025-07-01T00:00:00.000Z'],
  ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-03-01T00:00:00.000Z'],
])('the month of %s ends at %s', (time, end) => {
  expect(new Date(endOfMonth(Date.parse(time))).toISOString()).toBe(end)
})
