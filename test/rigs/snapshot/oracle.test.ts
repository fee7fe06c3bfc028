import { keepsPace, paceOf, type TimedStep } from './oracle'

const steps = (tookMs: (i: number) => number): TimedStep[] =>
  Array.from({ length: 100 }, (_, i) => ({ at: 1_000 + i * 100, tookMs: tookMs(i), events: 200 }))
const fine = { fed: 2_000, asked: 2_000 }

it('passes where steps take as long as before', () => {
  const pace = paceOf(
    steps(() => 10),
    steps((i) => 10 + (i % 3)),
  )
  expect(pace).toMatchObject({ beforeP50Ms: 10, heldP50Ms: 11, ratio: 1.1, steps: 100 })
  expect(keepsPace(pace, fine)).toBe(true)
})

it('does not pass where steps are slower, all of them or those at the end', () => {
  const before = steps(() => 10)
  expect(
    keepsPace(
      paceOf(
        before,
        steps(() => 16),
      ),
      fine,
    ),
  ).toBe(false)
  const growing = paceOf(
    before,
    steps((i) => (i < 75 ? 10 : 20)),
  )
  expect(growing).toMatchObject({ heldP50Ms: 10, lastP50Ms: 20 })
  expect(keepsPace(growing, fine)).toBe(false)
})

it('does not pass without steps, nor below the rate', () => {
  expect(
    keepsPace(
      paceOf(
        steps(() => 10),
        [],
      ),
      fine,
    ),
  ).toBe(false)
  const same = steps(() => 10)
  expect(keepsPace(paceOf(same, same), { fed: 1_899, asked: 2_000 })).toBe(false)
})
