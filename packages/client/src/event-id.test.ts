import { newEventId } from './event-id'

it('is a UUIDv7 of its moment with the prefix of events', () => {
  const id = newEventId(Date.UTC(2024, 0, 1))
  expect(id).toMatch(/^evt_018cc251-f400-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('is another one each time', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newEventId(0))).size).toBe(10_000)
})
