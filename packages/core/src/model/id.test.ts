import { carriesTime, createIds, linkedId, readId, showId, timeOfId } from './id'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    const ids = createIds(() => 1_705_329_121_123)
    const id = ids.next()
    expect(id).toMatch(UUID_V7)
    expect(timeOfId(id)).toBe(1_705_329_121_123)
    expect(carriesTime(id)).toBe(true)
  })

  it('only grow and never repeat, within a millisecond and across them', () => {
    const ids = createIds()
    const made = Array.from({ length: 50_000 }, () => ids.next())
    expect(made.every((id) => UUID_V7.test(id))).toBe(true)
    expect(new Set(made).size).toBe(made.length)
    expect([...made].sort()).toEqual(made)
  })

  it('grow also while the clock falls back by seconds, and follow it when it falls further', () => {
    let now = 1_700_000_060_000
    const ids = createIds(() => now)
    const before = ids.next()
    now -= 5_000
    const during = ids.next()
    expect(during > before).toBe(true)
    now -= 3_600_000
    expect(timeOfId(ids.next())).toBe(now)
  })

  it('borrow the next millisecond when one is used up', () => {
    const ids = createIds(
      () => 1_000,
      (bytes) => bytes.fill(0xff),
    )
    let last = ids.next()
    for (let count = 0; count < 300_000; count++) {
      const next = ids.next()
      if (next <= last) throw new Error(`${next} after ${last}`)
      last = next
    }
    expect(last).toMatch(UUID_V7)
    expect(timeOfId(last)).toBe(1_002)
  })

  it('differ between sources that share a clock', () => {
    const [one, other] = [createIds(() => 5_000), createIds(() => 5_000)]
    expect(one.next()).not.toBe(other.next())
  })

  it('are shown with a prefix, and read in either form and any case', () => {
    const id = createIds().next()
    expect(showId(id)).toBe(`evt_${id}`)
    expect(readId(showId(id))).toBe(id)
    expect(readId(id.toUpperCase())).toBe(id)
    expect(readId(`EVT_${id.toUpperCase()}`)).toBe(id)
    expect(readId('9f8b1c9e-0a3b-4c57-8a2d-1f2e3d4c5b6a')).toBe('9f8b1c9e-0a3b-4c57-8a2d-1f2e3d4c5b6a')
  })

  it.each(['', 'evt_', 'evt_abc123', 'act-abc123', '0'.repeat(36), 'evt_evt_018d0c3e-5a80-7abc-8def-0123456789ab'])(
    'are not read from %j',
    (text) => expect(readId(text)).toBeUndefined(),
  )
})

describe('linked ids', () => {
  const id = '018d0c3e-5a80-7abc-8def-0123456789ab'

  it('are the same for the same intent and purpose, keep its time, and differ from it and from each other', () => {
    const unknown = linkedId(id, 'unknown')
    expect(unknown).toBe(linkedId(id, 'unknown'))
    expect(unknown).toMatch(UUID_V7)
    expect(timeOfId(unknown)).toBe(timeOfId(id))
    expect(new Set([id, unknown, linkedId(id, 'progress')]).size).toBe(3)
  })

  it('stay what they were in earlier releases, so that recovery recognises what it has done', () => {
    expect(linkedId(id, 'unknown')).toBe('018d0c3e-5a80-7f7d-840f-7b1821b571b5')
    expect(linkedId(id, 'progress')).toBe('018d0c3e-5a80-7854-8e56-5c5384c1c690')
  })

  it('are never shared by two intents of one millisecond', () => {
    const ids = createIds(() => 7)
    const linked = Array.from({ length: 20_000 }, () => linkedId(ids.next(), 'unknown'))
    expect(new Set(linked).size).toBe(linked.length)
  })
})
