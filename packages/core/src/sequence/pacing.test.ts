import { PACING, waitAfterStep, waitWhileIdle } from './pacing'
import { nextStepEvents } from './stepper'

it.each([
  [1, 25],
  [20, 80],
  [900, 1_000],
])('after a step of %d ms the next one waits %d ms', (took, wait) => {
  expect(waitAfterStep(PACING, took, 0)).toBe(wait)
})

it('does not wait while a full step is waiting', () => {
  expect(waitAfterStep(PACING, 200, 4_000)).toBe(0)
  expect(waitAfterStep(PACING, 200, 3_999)).toBe(800)
})

it('looks into an empty inbox less and less often, but every two seconds at least', () => {
  const waits = [0]
  for (let i = 0; i < 8; i++) waits.push(waitWhileIdle(PACING, waits.at(-1) ?? 0))
  expect(waits.slice(1)).toEqual([25, 50, 100, 200, 400, 800, 1_500, 1_500])
})

it('finds a poisoned batch in five steps and is back at full steps in twelve', () => {
  let events = 4_000
  for (let i = 0; i < 4; i++) events = nextStepEvents(events, false)
  expect(events).toBe(1)
  for (let i = 0; i < 12; i++) events = nextStepEvents(events, true)
  expect(events).toBe(4_000)
})
