import { createPace, startBudget } from './budget'

describe('the pace of a walk', () => {
  const budgetOf = (state: { ms: number }, limitMs = 600) => startBudget(() => state.ms, limitMs)

  it('begins with one short statement and grows while statements are quick', () => {
    const pace = createPace(budgetOf({ ms: 0 }))
    const first = pace.places
    expect([first, pace.shards]).toEqual([2_000, 1])
    pace.took(1, first)
    expect([pace.places, pace.shards]).toEqual([first * 8, 2])
  })

  it('never names more than 16 shards', () => {
    const pace = createPace(budgetOf({ ms: 0 }))
    for (let statement = 0; statement < 20; statement++) pace.took(1, 0)
    expect(pace.shards).toBe(16)
  })

  it('shrinks after a slow statement', () => {
    const pace = createPace(budgetOf({ ms: 0 }))
    pace.took(1, 2_000)
    pace.took(600, 16_000)
    expect(pace.places).toBe(1_600)
  })

  it('plans no statement that would take more than a third of the time that is left', () => {
    const state = { ms: 0 }
    const pace = createPace(budgetOf(state))
    state.ms = 570
    pace.took(10, 20_000)
    expect(pace.places).toBe(16_000)
    pace.took(10, 20_000)
    expect(pace.places).toBeLessThanOrEqual(20_000)
    state.ms = 700
    pace.took(10, 20_000)
    expect(pace.places).toBe(500)
  })

  it('learns nothing about places from statements that an index led', () => {
    const pace = createPace(budgetOf({ ms: 0 }))
    pace.took(1, 0)
    expect(pace.places).toBe(2_000)
  })
})
