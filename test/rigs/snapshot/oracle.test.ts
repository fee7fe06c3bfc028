import { keepsPace, paceOf, type TimedStep } from './oracle'

const steps = (tookMs: (i: number) => number): TimedStep[] =>
  Array.from({ length: 100 }, (_, i) => ({ at: 1_000 + i * 100, tookMs: tookMs(i), events: 200 }))
const fine = { fed: 2_000, asked: 2_000 }
const steady = steps(() => 10)

it('passes where steps take as long as before and as without the snapshot', () => {
  const pace = paceOf({ before: steady, held: steps((i) => 10 + (i % 3)), free: steady })
  expect(pace).toMatchObject({ beforeP50Ms: 10, heldP50Ms: 11, freeP50Ms: 10, ofBefore: 1.1, ofFree: 1.1, steps: 100 })
  expect(keepsPace(pace, fine)).toBe(true)
})

it('passes where a log that grows is slower at the end with the snapshot and without', () => {
  const growing = steps((i) => (i < 75 ? 10 : 20))
  expect(keepsPace(paceOf({ before: steady, held: growing, free: growing }), fine)).toBe(true)
})

it('does not pass where steps are slower than before, whatever they are without the snapshot', () => {
  const slow = steps(() => 16)
  expect(keepsPace(paceOf({ before: steady, held: slow, free: slow }), fine)).toBe(false)
})

it('does not pass where steps are slower than without the snapshot, all of them or those at the end', () => {
  expect(keepsPace(paceOf({ before: steady, held: steps(() => 14), free: steps(() => 9) }), fine)).toBe(false)
  const growing = paceOf({ before: steady, held: steps((i) => (i < 75 ? 10 : 20)), free: steady })
  expect(growing).toMatchObject({ heldP50Ms: 10, heldLastP50Ms: 20, freeLastP50Ms: 10 })
  expect(keepsPace(growing, fine)).toBe(false)
})

it('does not pass without steps, nor below the rate', () => {
  expect(keepsPace(paceOf({ before: steady, held: [], free: steady }), fine)).toBe(false)
  expect(keepsPace(paceOf({ before: steady, held: steady, free: [] }), fine)).toBe(false)
  const same = paceOf({ before: steady, held: steady, free: steady })
  expect(keepsPace(same, { fed: 1_899, asked: 2_000 })).toBe(false)
})
