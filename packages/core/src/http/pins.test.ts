import { createPins } from './pins'

describe('pins', () => {
  let nowMs = 0
  beforeEach(() => void (nowMs = 0))
  const now = (): number => nowMs

  it('remember the last start of each list', () => {
    const pins = createPins({ now, capacity: 100 })
    pins.set('a', '1')
    pins.set('b', '2')
    pins.set('a', '3')
    expect([pins.get('a'), pins.get('b'), pins.get('c')]).toEqual(['3', '2', undefined])
  })

  it('last while pages are asked for, but not for ever', () => {
    const pins = createPins({ now, capacity: 100, idleMs: 10, maxAgeMs: 25 })
    pins.set('a', '1')
    for (nowMs = 8; nowMs <= 24; nowMs += 8) expect(pins.get('a')).toBe('1')
    nowMs = 32
    expect(pins.get('a')).toBeUndefined()
  })

  it('are forgotten when no page is asked for', () => {
    const pins = createPins({ now, capacity: 100, idleMs: 10 })
    pins.set('a', '1')
    nowMs = 11
    expect(pins.get('a')).toBeUndefined()
  })

  it('are no more than the capacity, the oldest going first', () => {
    const pins = createPins({ now, capacity: 2 })
    for (const key of ['a', 'b', 'c']) pins.set(key, key)
    expect([pins.get('a'), pins.get('b'), pins.get('c')]).toEqual([undefined, 'b', 'c'])
  })
})
